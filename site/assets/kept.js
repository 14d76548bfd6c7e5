// What is kept on this device: the visitor's list and libraries, and picks on their way.
import * as choices from "./choices.js";
import { read, say, words, write } from "./shared.js";
import { go } from "./turn.js";

const LIST = "list";
const LIBRARIES = "libraries";
const MOST = 50;

const all = (selector) => [...document.querySelectorAll(selector)];
const texts = (name) => [read(name, [])].flat().filter((text) => typeof text === "string");
const listed = () => texts(LIST).slice(0, MOST);
const shownHere = () => all(".list li[data-isbn13]").map((item) => item.dataset.isbn13);

function address(isbns, libraries = []) {
  const url = new URL("/list", location);
  const add = (name) => (value) => url.searchParams.append(name, value);
  isbns.forEach(add("isbn"));
  libraries.forEach(add("library"));
  new URLSearchParams(location.search).getAll("hl").forEach(add("hl"));
  return url;
}

const own = () => address(listed(), listed().length ? texts(LIBRARIES) : []);

function put(isbn, is) {
  const isbns = listed().filter((other) => other !== isbn);
  if (is && isbns.push(isbn) > MOST) say(words().full(MOST), true);
  else {
    write(LIST, isbns);
    say(words()[is ? "added" : "removed"](isbns.length), true);
  }
  show();
}

function show() {
  const isbns = listed();
  for (const link of all("a[data-list]")) {
    link.dataset.count = isbns.length || "";
    link.href = own();
  }
  for (const box of all(".pick input")) box.checked = isbns.includes(box.value);
  for (const button of all("button[data-add]")) {
    button.textContent = words()[isbns.includes(button.dataset.add) ? "remove" : "add"];
  }
  const known = shownHere().every((isbn) => isbns.includes(isbn));
  for (const button of all("[data-do=adopt]")) button.classList.toggle("spent", known);
}

async function share() {
  const url = address(shownHere()).href;
  try {
    if (navigator.share) return await navigator.share({ title: document.title, url });
    await navigator.clipboard.writeText(url);
    say(words().copied, true);
  } catch (error) {
    if (error.name !== "AbortError") say(words().notCopied, true);
  }
}

function clicked(event) {
  const { add, remove, do: what } = event.target.closest?.("[data-add], [data-remove], [data-do]")?.dataset ?? {};
  if (add) put(add, !listed().includes(add));
  else if (remove) put(remove, false);
  else if (what === "share") share();
  else if (what === "print") print();
  else if (what === "adopt") {
    write(LIST, [...new Set([...listed(), ...shownHere()])].slice(0, MOST));
    say(words().added(listed().length), true);
    show();
  }
}

// Libraries are remembered while the visitor wants it, and chosen where the address names none.
function remember() {
  const box = document.querySelector("form.search [data-remember]");
  if (!box || box.form.dataset.script) return;
  const { form } = box;
  const libraries = all("form.search input[name=library]");
  const chosen = () => libraries.filter(({ checked }) => checked).map(({ value }) => value);
  const count = () => {
    const summary = form.querySelector("summary");
    if (summary) summary.textContent = words().chosen(chosen().length);
  };
  const known = texts(LIBRARIES);
  form.dataset.script = "mounted";
  box.checked = known.length > 0;
  if (box.checked && location.pathname !== "/search" && !/[?&]library=/.test(location.search)) {
    for (const library of libraries) library.checked = known.includes(library.value);
    count();
  }
  form.addEventListener("change", ({ target }) => {
    if (target !== box && target.name !== "library") return;
    count();
    if (box.checked) write(LIBRARIES, chosen());
    else if (target === box) write(LIBRARIES, null);
  });
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
  remember();
  choices.mount();
  if (location.pathname === "/list" && !/[?&]i(d|sbn)=/.test(location.search) && listed().length) location.replace(own());
}

export function start() {
  document.addEventListener("click", clicked);
  document.addEventListener("change", ({ target }) => target.matches(".pick input") && put(target.value, target.checked));
  // Books picked from several pages of results make one list.
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "picks" || !listed().length) return;
    event.preventDefault();
    go(own());
  });
  addEventListener("storage", show);
  addEventListener("pageshow", show);
  choices.start();
}
