// Results change in place: the server's page is fetched, its header and main replace ours, the address follows; what
// cannot be done so is left to the browser. What the visitor is writing stays, and so does the page while there is no network.
import { PLACES, button, say, tell, unsay, way, words } from "./shared.js";

// At each entry of the history: how far it was scrolled, the link that was followed.
const left = new Map();
const address = ({ pathname, search }) => pathname + search;
const newEntry = () => `${Date.now()}${Math.random()}`;
const box = (page) => page.querySelector("form.search input[name=q]");
let asking;
let composing = false;
let isOffline = false;
let shown = address(location);
let entry = history.state?.entry ?? newEntry();
let mount;

const takes = (url) =>
  url.origin === location.origin && PLACES.includes(url.pathname) && PLACES.includes(location.pathname);

// `sent`: what the box said when it was sent.
async function turn(url, sent, otherwise, done) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const busy = (is) => { document.querySelector("main").ariaBusy = is; };
  let answer, page;
  busy("true");
  try {
    answer = await fetch(url, { signal });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    if (signal.aborted) return;
    busy(null);
    isOffline = true;
    return tell(words().offline, [button(words().again, () => turn(url, sent, otherwise, done))], Infinity);
  }
  // A box that moves is left alone until its syllable is whole.
  if (!staysIn(page) && isEdited(sent)) await composed();
  if (signal.aborted) return;
  const html = document.documentElement;
  if (!answer.ok || answer.redirected || page.documentElement.lang !== html.lang || !page.querySelector("main")) {
    return otherwise();
  }
  shown = address(url);
  if (isOffline) unsay();
  isOffline = false;
  done(() => {
    const writes = replace(page, sent);
    delete html.dataset.answered;
    Object.assign(html.dataset, page.documentElement.dataset);
    document.title = page.title;
    mount();
    return writes;
  });
}

const staysIn = (page) => [document, page].every((one) => box(one)?.closest("header"));

function isEdited(sent) {
  const input = box(document);
  return input && input.value !== (sent ?? input.defaultValue);
}

const composed = () => new Promise((done) => {
  if (composing) document.addEventListener("compositionend", () => setTimeout(done), { once: true });
  else done();
});

// Puts another page's parts in place of ours; true where the visitor goes on writing in the box.
function replace(page, sent) {
  const [was, is] = [box(document), box(page)];
  const isFocused = was && document.activeElement === was;
  const edited = isEdited(sent);
  const isKept = edited || (isFocused && sent === undefined);
  const stays = staysIn(page);
  for (const part of [...(stays ? ["header.site nav", "[data-carried]"] : ["header.site"]), "main"]) {
    const [old, fresh] = [document, page].map((one) => one.querySelector(part));
    carry(old, fresh);
    old.replaceWith(fresh);
  }
  if (stays && !isKept) was.value = is.value;
  if (stays && (edited || !isKept)) was.defaultValue = is.defaultValue;
  if (!stays && is && isKept) {
    is.value = was.value;
    if (isFocused) {
      is.focus({ preventScroll: true });
      is.setSelectionRange(was.selectionStart, was.selectionEnd);
    }
  }
  return isKept && isFocused;
}

// What was changed and not sent.
function carry(old, fresh) {
  for (const one of old.querySelectorAll("input:not([name=q]):not([name=isbn])")) {
    if (one.value === one.defaultValue && one.checked === one.defaultChecked) continue;
    const ours = [...fresh.querySelectorAll("input")].find(({ name, type, value }) =>
      name === one.name && type === one.type && (type !== "checkbox" || value === one.value));
    if (!ours) continue;
    ours.value = one.value;
    ours.checked = one.checked;
  }
}

function arrive(element, y, writes) {
  const title = document.querySelector("main h1");
  title.tabIndex = -1;
  if (!writes) (element ?? title).focus({ preventScroll: true });
  scrollTo({ top: y, behavior: "instant" });
  say((document.getElementById("count") ?? title).textContent);
}

const label = ({ textContent }) => textContent.replace("✓", "").trim();

// The value of a filter that has this label, on the page as it is now.
const valueOf = (text) => [...document.querySelectorAll("#narrow section a")].find((link) => label(link) === text);

// `value`: the label of the filter's value that was pressed by keyboard. Who goes through the values stays among them.
function go(url, { href, sent, value } = {}) {
  const otherwise = () => location.assign(url);
  if (!takes(url)) return otherwise();
  turn(url, sent, otherwise, (swap) => {
    left.set(entry, { y: scrollY, href });
    if (url.href !== location.href) {
      entry = newEntry();
      history.pushState({ entry }, "", url);
    }
    const writes = swap();
    const same = valueOf(value);
    arrive(same, 0, writes);
    same?.scrollIntoView({ block: "center", behavior: "instant" });
  });
}

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (event.altKey || link.target || link.download || link.hash || !takes(link)) return;
  event.preventDefault();
  const isByKey = !event.detail && link.closest("#narrow section");
  go(new URL(link.href), { href: link.getAttribute("href"), value: isByKey && label(link) });
}

function submitted(event) {
  const { target: form, submitter } = event;
  const url = new URL(`?${new URLSearchParams(new FormData(form, submitter))}`, form.action);
  if (event.defaultPrevented || form.method !== "get" || !takes(url)) return;
  event.preventDefault();
  go(url, { sent: form.elements.q?.value });
}

function wentBackOrForth() {
  // Not for a jump within the page.
  if (address(location) === shown) return;
  left.set(entry, { ...left.get(entry), y: scrollY });
  entry = history.state?.entry ?? newEntry();
  const { y = 0, href } = left.get(entry) ?? {};
  turn(new URL(location), undefined, () => location.reload(), (swap) => {
    const writes = swap();
    arrive(href && document.querySelector(`main a[href="${CSS.escape(href)}"]`), y, writes);
  });
}

// `mounts` runs on every page that takes another's place.
export function start(mounts) {
  mount = mounts;
  way.go = go;
  history.replaceState({ entry }, "");
  // Ours while we swap; the browser's for who leaves and comes back.
  const restore = (who) => () => { history.scrollRestoration = who; };
  // Not before the browser has put back where the page was.
  if (document.readyState === "complete") restore("manual")();
  addEventListener("pageshow", restore("manual"));
  addEventListener("pagehide", restore("auto"));
  addEventListener("popstate", wentBackOrForth);
  addEventListener("compositionstart", () => { composing = true; });
  addEventListener("compositionend", () => { composing = false; });
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
}
