// Tells the library what was picked from the results: no address, no name, a random id of this device.
// A pick is kept here until the server has said that it is stored; sending it twice stores it once.
// Nothing is kept or sent where the visitor asks not to be followed (Global Privacy Control, Do Not Track).

const QUEUE = "seoga.choices";
const VISITOR = "seoga.visitor";
const KEPT_DAYS = 7;
const KEPT_PICKS = 100;

/** @typedef {{user_id: string, query_id: string, isbn13: string, at: number}} Pick */

const refused = () =>
  navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";

/** Storage may be off altogether; then a pick is sent once and not kept. */
const store = {
  /** @param {string} key */
  get(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  /** @param {string} key @param {string} value */
  set(key, value) {
    try { localStorage.setItem(key, value); } catch { /* sent once, not kept */ }
  },
};

/** @returns {Pick[]} picks not yet known to be stored, the oldest first */
function queued() {
  try {
    const picks = JSON.parse(store.get(QUEUE) ?? "[]");
    const oldest = Date.now() - KEPT_DAYS * 86_400_000;
    return Array.isArray(picks) ? picks.filter((pick) => pick.at > oldest) : [];
  } catch {
    return [];
  }
}

/** @param {Pick[]} picks */
const keep = (picks) => store.set(QUEUE, JSON.stringify(picks.slice(-KEPT_PICKS)));

/** @param {Pick} a @param {Pick} b */
const same = (a, b) => a.query_id === b.query_id && a.isbn13 === b.isbn13;

function visitor() {
  const known = store.get(VISITOR);
  if (known && /^[\w-]{1,64}$/.test(known)) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  store.set(VISITOR, id);
  return id;
}

/** @param {Pick} pick @returns {Promise<boolean>} whether it need not be sent again */
async function send({ user_id, query_id, isbn13 }) {
  try {
    const answer = await fetch("/user-choice", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user_id, query_id, isbn13 }),
      keepalive: true,
    });
    // Refused for good (forged, expired, no such book) is as final as stored.
    return answer.ok || (answer.status >= 400 && answer.status < 500 && answer.status !== 429);
  } catch {
    return false;
  }
}

let sending = false;

async function flush() {
  if (sending || refused()) return;
  sending = true;
  for (const pick of queued()) {
    if (!(await send(pick))) break;
    keep(queued().filter((other) => !same(other, pick)));
  }
  sending = false;
}

/** @param {Event} event */
function picked(event) {
  const link = event.target instanceof Element ? event.target.closest("li[data-isbn13] h2 a") : null;
  const isbn13 = link?.closest("li")?.dataset.isbn13;
  const query_id = link?.closest("ol")?.dataset.queryId;
  if (!isbn13 || !query_id || refused()) return;
  const pick = { user_id: visitor(), query_id, isbn13, at: Date.now() };
  const before = queued();
  if (!before.some((other) => same(other, pick))) keep([...before, pick]);
  send(pick).then((done) => {
    if (done) keep(queued().filter((other) => !same(other, pick)));
  });
}

document.addEventListener("click", picked);
// A new tab by the middle button is a pick too.
document.addEventListener("auxclick", (event) => event.button === 1 && picked(event));
addEventListener("online", flush);
flush();
