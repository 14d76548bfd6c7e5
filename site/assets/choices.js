// Tells the library what was picked from results, or that none of them is it: no name, a random id of this device. A pick
// leaves by beacon and is kept until the server says that it is stored; sent twice it is stored once.
import { read, tell, words, write } from "./shared.js";

export const QUEUE = "choices";
const VISITOR = "visitor";
const OFF = "choices.off";
const KEPT_MS = 7 * 86_400_000;
const MOST = 100;
// A store may need so long to show what a beacon brought.
const UNSURE_MS = 90_000;
const MOST_MS = 3_600_000;

const asked = () => navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
const off = () => asked() || read(OFF, false);
const isPick = (pick) => Number.isFinite(pick?.at + pick?.due + pick?.failed) && Math.abs(Date.now() - pick.at) < KEPT_MS;
const all = () => [read(QUEUE, [])].flat();
const queued = () => all().filter(isPick);
const same = (a) => (b) => ["query_id", "question", "isbn13"].every((name) => a[name] === b[name]);
// Replaces a pick, or drops it.
const settle = (pick, again) => write(QUEUE, queued().flatMap((other) => (same(pick)(other) ? again ?? [] : other)));

function visitor() {
  const id = read(VISITOR, null) ?? crypto.randomUUID();
  write(VISITOR, id);
  return id;
}

// What is undefined is left out.
const body = ({ user_id, query_id, isbn13, none, without_rank }) =>
  new Blob([JSON.stringify({ user_id, query_id, isbn13, none, without_rank })], { type: "application/json" });

async function send(pick) {
  const failed = pick.failed + 1;
  let wait = Math.min(1000 * 2 ** failed, MOST_MS);
  try {
    const asks = pick.generation && await import("./later.js");
    if (asks && !(pick = await asks.signed(pick, settle))) return;
    const answer = await fetch("/user-choice", { method: "POST", body: body(pick), keepalive: true });
    // Refused for good is as final as stored.
    if (answer.status < 500 && ![408, 429].includes(answer.status)) {
      asks?.said(pick, answer.ok);
      return settle(pick);
    }
    wait = 1000 * answer.headers.get("retry-after") || wait;
  } catch { /* no network */ }
  settle(pick, { ...pick, failed, due: Date.now() + wait });
}

let timer;
let later;

// One tab at a time sends what is due.
async function flush() {
  clearTimeout(timer);
  const work = async () => {
    for (const pick of queued()) if (pick.due <= Date.now() && !off()) await send(pick);
  };
  await (navigator.locks?.request("seoga", work) ?? work());
  if (off() || !queued().length) return;
  const next = Math.min(...queued().map(({ due }) => due)) - Date.now();
  timer = setTimeout(flush, Math.min(MOST_MS, Math.max(1000, next)));
}

function hurry(all) {
  write(QUEUE, queued().map((pick) => (all || pick.question ? { ...pick, due: 0 } : pick)));
  flush();
}

function picked(event) {
  const link = event.target.closest?.("li[data-isbn13] h2 a, [data-none]");
  const isbn13 = link?.closest("li")?.dataset.isbn13;
  const none = !isbn13 || undefined;
  const query_id = link?.closest("[data-query-id]")?.dataset.queryId;
  const from = query_id ? { query_id } : link && later?.question();
  if (!from || off()) return;
  if (none) tell((link.textContent = words().told));
  if (queued().some(same({ ...from, isbn13 }))) return;
  const now = Date.now();
  const pick = { user_id: visitor(), ...from, isbn13, none, at: now, due: now + UNSURE_MS, failed: 0 };
  write(QUEUE, [...queued(), pick].slice(-MOST));
  if (query_id && !navigator.sendBeacon?.("/user-choice", body(pick))) send(pick);
  flush();
}

export function mount() {
  // A page that the device answered, or a pick from one.
  // Counted before what is sent leaves the others out.
  const lost = all().length - queued().length;
  if (document.documentElement.dataset.answered || lost || queued().some((pick) => pick.question)) {
    import("./later.js").then((module) => (later = module).mount(hurry, lost), () => {});
  }
  document.querySelector(".none")?.classList.toggle("spent", off());
  const box = document.querySelector("[data-choices]");
  if (!box) return;
  box.checked = !off();
  box.disabled = asked();
  document.querySelector("[data-choices-note]").classList.toggle("spent", !asked());
  box.addEventListener("change", () => {
    write(OFF, box.checked ? null : true);
    if (box.checked) return;
    write(VISITOR, null);
    write(QUEUE, null);
  });
}

export function start() {
  document.addEventListener("click", picked);
  // A middle button opens a tab.
  document.addEventListener("auxclick", (event) => event.button === 1 && picked(event));
  addEventListener("online", hurry);
  flush();
}
