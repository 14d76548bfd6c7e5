// What was looked for and which books were seen here lately: on this device alone, and offered where the search box is empty.
import { isShared, read, words, write } from "./shared.js";

const NAME = "recent";
const MOST = 8;

const all = () => [read(NAME, [])].flat().filter((one) => typeof one?.text === "string" && ["string", "undefined"].includes(typeof one.id));

// Of a page of results its words, of a book's page its title. The newest stands first, each once.
export function note() {
  if (isShared()) return;
  const [, id] = /^\/books\/([^/.]+)$/.exec(location.pathname) ?? [];
  const text = id ? document.querySelector("main h1")?.textContent : document.querySelector("#books") && new URLSearchParams(location.search).get("q")?.trim();
  if (text) write(NAME, [{ text, id }, ...all().filter((one) => one.text !== text || one.id !== id)].slice(0, MOST));
}

export const forget = () => write(NAME, null);

// As suggestions; the last one forgets them.
export function recent() {
  const kept = all().map(({ text, id }) => ({ text, id, query: text, kind: id ? "seen" : "asked" }));
  return kept.length ? [...kept, { text: words().forget, act: forget }] : [];
}
