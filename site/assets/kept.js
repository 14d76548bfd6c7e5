// What is kept on this device: the visitor's list and libraries, and picks on their way.
import * as choices from "./choices.js";
import { button, read, say, tables, tell, way, words, write } from "./shared.js";

const LIST = "list";
const LIBRARIES = "libraries";
const LANGUAGE = "language";
const MOST = 50;

const all = (selector) => [...document.querySelectorAll(selector)];
const texts = (name) => [read(name, [])].flat().filter((text) => typeof text === "string");
const listed = () => texts(LIST).slice(0, MOST);
const shownHere = () => all(".list li[data-isbn13]").map((item) => item.dataset.isbn13);

function address(isbns, libraries = []) {
  const url = new URL("/list", location);
  const add = (name) => (value) => url.searchParams.append(name, value);
  isbns.forEach(add("isbn"));
  libraries.forEach(add("mine"));
  new URLSearchParams(location.search).getAll("hl").forEach(add("hl"));
  return url;
}

const own = () => address(listed(), listed().length ? mine() : []);

// Says so where nothing else on the page does; what is taken off can be put back.
function put(isbn, is, isShown) {
  const isbns = listed().filter((other) => other !== isbn);
  if (is && isbns.push(isbn) > MOST) tell(words().full(MOST));
  else {
    const before = listed();
    write(LIST, isbns);
    const text = words()[is ? "added" : "removed"](isbns.length);
    if (isShown) say(text);
    else tell(text, [is ? toList(isbns.length) : button(words().undo, () => restore(before))]);
  }
  show();
}

function toList(count) {
  const link = document.createElement("a");
  link.href = own();
  link.append(words().toList(count));
  return link;
}

function restore(isbns) {
  write(LIST, isbns);
  show();
  if (location.pathname === "/list") way.go(own());
}

function show() {
  const isbns = listed();
  for (const link of all("a[data-list]")) {
    link.dataset.count = isbns.length || "";
    link.href = own();
  }
  for (const box of all(".pick input")) box.checked = isbns.includes(box.value);
  for (const bar of isbns.length ? all("#picks button") : []) bar.textContent = words().toList(isbns.length);
  for (const button of all("button[data-add]")) {
    button.textContent = words()[isbns.includes(button.dataset.add) ? "remove" : "add"];
  }
  const known = shownHere().every((isbn) => isbns.includes(isbn));
  for (const button of all("[data-do=adopt]")) button.classList.toggle("spent", known);
}

async function share() {
  const url = address(shownHere()).href;
  if (!navigator.share) return copy(url);
  try {
    await navigator.share({ title: document.title, url });
  } catch (error) {
    if (error.name !== "AbortError") offer(url);
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell(words().copied);
  } catch {
    offer(text);
  }
}

const offer = async (text) => (await import("./offer.js")).offer(text);

function clicked(event) {
  const { add, remove, do: what } = event.target.closest?.("[data-add], [data-remove], [data-do]")?.dataset ?? {};
  if (add) put(add, !listed().includes(add));
  else if (remove) put(remove, false);
  else if (what === "share") share();
  else if (what === "copy") copy(document.querySelector("[data-copied]").textContent);
  else if (what === "print") print();
  else if (what === "adopt") {
    write(LIST, [...new Set([...listed(), ...shownHere()])].slice(0, MOST));
    tell(words().added(listed().length));
    show();
  }
}

// The visitor's own libraries: those of the address, else those of this device, which then ride along in every address.
const PAGES = /^\/($|search$|books\/|libraries$|list$|about$)/;
const inAddress = () => new URLSearchParams(location.search).getAll("mine");
const mine = () => (inAddress().length ? inAddress() : texts(LIBRARIES));

function withMine(url) {
  if (!PAGES.test(url.pathname) || url.searchParams.has("mine")) return false;
  mine().forEach((name) => url.searchParams.append("mine", name));
  return url.searchParams.has("mine");
}

// Before anything follows the link.
function carry({ target }) {
  const link = target.closest?.("a[href]");
  if (link?.matches("[data-forget]")) return write(LIBRARIES, null);
  if (link?.matches("nav [hreflang]")) write(LANGUAGE, link.hreflang);
  if (!link || link.origin !== location.origin || link.download) return;
  const url = new URL(link.href);
  if (withMine(url)) link.href = url;
}

function ours() {
  const url = new URL(location);
  const language = read(LANGUAGE);
  const isOther = !url.searchParams.has("hl") && Object.hasOwn(tables, language) && language !== document.documentElement.lang;
  if (isOther) url.searchParams.set("hl", language);
  const known = inAddress().length ? [] : texts(LIBRARIES);
  for (const link of known.length ? all("a[data-mine]") : []) link.textContent = words().mine(known.length);
  for (const form of all("form.search [data-carried], form.search.large, form.adding")) {
    for (const value of known) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "mine", value }));
  }
  // Where books are shown the libraries come first, and every page speaks the language that was chosen: the server's page is asked for
  // once, on the way into the site.
  const isNearer = known.length && /^\/(search$|books\/)/.test(url.pathname) && withMine(url);
  if (isNearer || isOther) location.replace(url);
}

// Loaded where libraries are shown, no sooner.
function places() {
  for (const [found, file] of [["[data-hours]", "./open.js"], ["[data-near]", "./near.js"]]) {
    if (document.querySelector(found)) import(file).then(({ mount }) => mount(), () => {});
  }
}

export function mount() {
  for (const link of all("a[data-add]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    button.dataset.add = link.dataset.add;
    link.replaceWith(button);
  }
  show();
  ours();
  places();
  choices.mount();
  if (location.pathname === "/list" && !/[?&]i(d|sbn)=/.test(location.search) && listed().length) location.replace(own());
}

export function start() {
  document.addEventListener("click", carry, true);
  document.addEventListener("submit", ({ target }) => {
    if (!target.matches("form.mine")) return;
    const names = new FormData(target).getAll("mine");
    write(LIBRARIES, names.length ? names : null);
  });
  document.addEventListener("click", clicked);
  document.addEventListener("change", ({ target }) => target.matches(".pick input") && put(target.value, target.checked, true));
  // Books picked from several pages of results make one list.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "picks" || !listed().length) return;
    event.preventDefault();
    way.go(own());
  });
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  choices.start();
}
