// Results change in place: the server's page is fetched, its header and main replace ours, the address follows; what
// cannot be done so is left to the browser.
import { say } from "./shared.js";

// Pages that may replace each other.
const PLACES = ["/", "/search", "/list"];
// At each entry of the history: how far it was scrolled, the link that was followed.
const left = new Map();
const address = ({ pathname, search }) => pathname + search;
const newEntry = () => `${Date.now()}${Math.random()}`;
let asking;
let shown = address(location);
let entry = history.state?.entry ?? newEntry();
let mount;

const takes = (url) =>
  url.origin === location.origin && PLACES.includes(url.pathname) && PLACES.includes(location.pathname);

async function turn(url, otherwise, done) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const html = document.documentElement;
  document.querySelector("main").ariaBusy = "true";
  try {
    const answer = await fetch(url, { signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return;
    const parts = ["header.site", "main"].map((part) => [document.querySelector(part), page.querySelector(part)]);
    if (!answer.ok || answer.redirected || page.documentElement.lang !== html.lang || parts.flat().includes(null)) {
      return otherwise();
    }
    shown = address(url);
    done(() => {
      for (const [old, fresh] of parts) old.replaceWith(fresh);
      Object.assign(html.dataset, page.documentElement.dataset);
      document.title = page.title;
      mount();
    });
  } catch {
    if (!signal.aborted) otherwise();
  }
}

function arrive(element, y) {
  const title = document.querySelector("main h1");
  title.tabIndex = -1;
  (element ?? title).focus({ preventScroll: true });
  scrollTo({ top: y, behavior: "instant" });
  say((document.getElementById("count") ?? title).textContent);
}

export function go(url, href) {
  const otherwise = () => location.assign(url);
  if (!takes(url)) return otherwise();
  turn(url, otherwise, (swap) => {
    left.set(entry, { y: scrollY, href });
    if (url.href !== location.href) {
      entry = newEntry();
      history.pushState({ entry }, "", url);
    }
    swap();
    arrive(null, 0);
  });
}

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (event.altKey || link.target || link.download || link.hash || !takes(link)) return;
  event.preventDefault();
  go(new URL(link.href), link.getAttribute("href"));
}

function submitted(event) {
  const { target: form, submitter } = event;
  const url = new URL(`?${new URLSearchParams(new FormData(form, submitter))}`, form.action);
  if (event.defaultPrevented || form.method !== "get" || !takes(url)) return;
  event.preventDefault();
  go(url);
}

function wentBackOrForth() {
  // Not for a jump within the page.
  if (address(location) === shown) return;
  left.set(entry, { ...left.get(entry), y: scrollY });
  entry = history.state?.entry ?? newEntry();
  const { y = 0, href } = left.get(entry) ?? {};
  turn(new URL(location), () => location.reload(), (swap) => {
    swap();
    arrive(href && document.querySelector(`main a[href="${CSS.escape(href)}"]`), y);
  });
}

// `mounts` runs on every page that takes another's place.
export function start(mounts) {
  mount = mounts;
  if (!PLACES.includes(location.pathname)) return;
  history.replaceState({ entry }, "");
  // Ours while we swap; the browser's for who leaves and comes back.
  const restore = (who) => () => { history.scrollRestoration = who; };
  addEventListener("pageshow", restore("manual"));
  addEventListener("pagehide", restore("auto"));
  addEventListener("popstate", wentBackOrForth);
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
}
