// The light service worker: without a network a visitor has the shell, the pages seen last, and a page that keeps the words typed.
//
// The network is asked first, always, and what is kept is a copy of what it answered. Invariants: a kept page says that it is kept, and
// since when; at most MOST pages and one list lie here, none for longer than KEPT_MS; none where a tab says that the computer is shared.
// BUILD and SHELL, the name of this build and the paths of its files, stand before this script where it is served.
/* global BUILD, SHELL */

const FILES = `seoga-light-${BUILD}`;
const PAGES = "seoga-light-pages";
const MOST = 20;
const KEPT_MS = 7 * 86_400_000;
// What the network has where a kept page may stand in.
const LATE_MS = 8_000;
// In Firefox the visitor sees the failure of a preload, whatever is answered in its place: there the worker asks by itself.
const PRELOADS = !/Firefox\//.test(navigator.userAgent);
const KEPT = /^\/(?:search|list|books\/[^/.]+)$/;
const [AT, TITLE] = ["x-kept-at", "x-kept-title"];

const TEXTS = {
  ko: {
    brand: "서가",
    offline: (when) => `연결이 없어 ${when}에 본 페이지를 보여 드립니다.`,
    busy: (when) => `지금 서비스가 답하지 못해 ${when}에 본 페이지를 보여 드립니다.`,
    title: "연결이 없습니다",
    text: "입력한 검색어는 그대로 있습니다. 연결되면 저절로 다시 찾습니다.",
    page: "이 페이지는 이 기기에 없습니다. 연결되면 저절로 다시 엽니다.",
    again: "다시 시도",
    kept: "이 기기에 남아 있는 페이지",
    none: "이 기기에 남아 있는 페이지가 없습니다.",
    list: "책바구니",
    label: "책 찾기",
    search: "찾기",
    menu: "사이트 메뉴",
  },
  en: {
    brand: "Seoga",
    offline: (when) => `There is no connection: this is the page as you saw it at ${when}.`,
    busy: (when) => `The service cannot answer now: this is the page as you saw it at ${when}.`,
    title: "There is no connection",
    text: "The words you typed stay. Once there is a connection, they are looked for.",
    page: "This page is not on this device. Once there is a connection, it opens.",
    again: "Try again",
    kept: "Pages on this device",
    none: "There is no page on this device.",
    list: "My list",
    label: "Find books",
    search: "Search",
    menu: "Site",
  },
};

const when = (at, language) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt()};`);
// Too much was asked, of a plan's day as well, or the edge failed.
const failed = ({ status }) => status === 429 || status >= 500;
// A tab that is on a shared computer holds a lock of this name (assets/shared.js).
const isShared = async () => Boolean((await navigator.locks?.query())?.held.some(({ name }) => name === "seoga.shared"));

// The newest first.
async function entries() {
  const cache = await caches.open(PAGES);
  const all = await Promise.all((await cache.keys()).map(async (request) => {
    const { headers } = await cache.match(request);
    return { url: new URL(request.url), at: headers.get(AT), title: decodeURIComponent(headers.get(TITLE)) };
  }));
  return all.reverse();
}

const isList = ({ url }) => url.pathname === "/list";

async function forgetOld() {
  const all = await entries();
  const fresh = all.filter(({ at }) => Date.now() - Date.parse(at) < KEPT_MS);
  const stay = [...fresh.filter((one) => !isList(one)).slice(0, MOST), ...fresh.filter(isList).slice(0, 1)];
  const cache = await caches.open(PAGES);
  for (const one of all) if (!stay.includes(one)) await cache.delete(one.url);
}

async function copy(url, answer) {
  if (!KEPT.test(url.pathname) || answer.status !== 200 || answer.redirected) return;
  if (!answer.headers.get("content-type")?.startsWith("text/html")) return;
  const copied = answer.clone();
  const [page, shared] = await Promise.all([copied.text(), isShared()]);
  if (shared) return;
  const headers = new Headers(copied.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  const [, title = ""] = /<title>([^<]*) · [^<·]*<\/title>/.exec(page) ?? [];
  headers.set(AT, new Date().toISOString());
  headers.set(TITLE, encodeURIComponent(title));
  const cache = await caches.open(PAGES);
  const address = url.pathname + url.search;
  // The order is that of arrival.
  await cache.delete(address);
  await cache.put(address, new Response(page, { headers }));
  await forgetOld();
}

// The page as it was seen; of a list, the last one.
async function kept({ pathname, search }, why) {
  await forgetOld();
  const cache = await caches.open(PAGES);
  const [list] = pathname === "/list" ? (await entries()).filter(isList) : [];
  const found = (await cache.match(pathname + search)) ?? (list && await cache.match(list.url));
  if (!found) return undefined;
  const language = found.headers.get("content-language");
  const said = TEXTS[language][why](when(found.headers.get(AT), language));
  const page = (await found.text()).replace(/<main [^>]*>/, (main) => `${main}<p class="kept" role="status">${escaped(said)}</p>`);
  return new Response(page, found);
}

function language(url) {
  const codes = [url.searchParams.get("hl"), ...navigator.languages.map((one) => one.slice(0, 2))];
  return codes.find((code) => Object.hasOwn(TEXTS, code)) ?? "ko";
}

// What stands where neither network nor copy has the page. It holds to the policy that pages of the site have.
async function away(url) {
  const [hl, asked] = [language(url), url.pathname === "/search"];
  const texts = TEXTS[hl];
  const all = await entries();
  const [list, seen] = [all.find(isList), all.filter((one) => !isList(one))];
  const words = asked ? url.searchParams.get("q") ?? "" : "";
  const others = [...url.searchParams].filter(([name]) => (asked ? !["q", "page", "v"].includes(name) : ["hl", "mine"].includes(name)));
  // A title is text of a page, and written as one.
  const link = ({ pathname, search }, text, more = "") => `<a ${more}href="${escaped(pathname + search)}">${text}</a>`;
  const item = ({ url, at }, text) => `${link(url, text)} <span class="n">${when(at, hl)}</span>`;
  const hidden = ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`;
  const place = (path) => new URL(path, url);
  const page = `<!doctype html>
<html lang="${hl}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${texts.title} · ${texts.brand}</title><meta name="robots" content="noindex"><link rel="stylesheet" href="/assets/style.css"><link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script type="module" src="/assets/site.js"></script></head>
<body><header class="site">${link(place("/"), texts.brand, 'class="brand" ')}<nav aria-label="${texts.menu}">${link(place("/list"), texts.list, "data-list ")}</nav>
<form class="search" role="search" method="get" action="/search"><label for="q">${texts.label}</label><div class="box"><input id="q" type="search" name="q" value="${escaped(words)}" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search"><button type="submit">${texts.search}</button></div>
<div data-carried>${others.map(hidden).join("")}</div></form></header>
<main id="main" tabindex="-1" data-away><h1>${texts.title}</h1><p>${asked ? texts.text : texts.page}</p><p>${link(url, texts.again, 'class="button" ')}</p>
${list ? `<h2>${texts.list}</h2><p>${item(list, list.title)}</p>` : ""}
<h2>${texts.kept}</h2>${seen.length ? `<ul>${seen.map((one) => `<li>${item(one, one.title)}</li>`).join("")}</ul>` : `<p>${texts.none}</p>`}
</main><footer class="site"></footer></body></html>`;
  return new Response(page, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": hl,
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}

async function page(event, url) {
  const { request } = event;
  const isVisit = request.mode === "navigate";
  const asked = Promise.resolve(event.preloadResponse).then((answer) => answer ?? fetch(request)).catch(() => undefined);
  const late = new Promise((resolve) => { setTimeout(resolve, LATE_MS); });
  const theirs = await Promise.race([asked, late]);
  if (theirs && !failed(theirs)) {
    event.waitUntil(copy(url, theirs.clone()).catch(() => {}));
    return theirs;
  }
  const ours = await kept(url, theirs ? "busy" : "offline").catch(() => undefined);
  // Where a page changes in place and nothing is kept of what it asks for, it says itself that it stays; a search gets its page.
  return ours ?? await asked ?? (isVisit || url.pathname === "/search" ? away(url) : Response.error());
}

const file = async (request, path) => {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(path, { cacheName: FILES });
    if (found) return found;
    throw error;
  }
};

addEventListener("install", (event) => {
  skipWaiting();
  // Not from the browser's own cache, which may hold files of a build before.
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })))));
});

async function begin() {
  await registration.navigationPreload?.[PRELOADS ? "enable" : "disable"]();
  for (const name of await caches.keys()) {
    if (name.startsWith("seoga-light-") && ![FILES, PAGES].includes(name)) await caches.delete(name);
  }
  await clients.claim();
  // Pages that are open were there before: they lie in the browser's own cache, or nowhere, and nothing is asked for again.
  for (const { url } of await clients.matchAll({ type: "window" })) {
    const answer = await fetch(url, { cache: "only-if-cached", mode: "same-origin" }).catch(() => undefined);
    if (answer) await copy(new URL(url), answer);
  }
}

addEventListener("activate", (event) => event.waitUntil(begin()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin || request.method !== "GET") return;
  if (SHELL.includes(url.pathname)) event.respondWith(file(request, url.pathname));
  else if (request.mode === "navigate" || KEPT.test(url.pathname)) event.respondWith(page(event, url));
});
