// Every kind of page there is, by an address on the sample catalogue; what is on each is asked of the server.
import { base } from "./served.mjs";

const get = async (path) => (await fetch(base + path)).json();
const { results } = await get(`/api/search?q=${encodeURIComponent("파이썬")}&limit=5`);
/** Some books that are there. */
export const isbns = results.map(({ isbn13 }) => isbn13);
const { libraries } = await get("/api/libraries");

/** A book that is there. */
export const [book] = isbns;

/** Names of some libraries. */
export const names = libraries.map(({ name }) => name);

const ofBook = await (await fetch(`${base}/books/${book}`)).text();
/** The address of the books of a heading of that book: `authors`, `subjects`. */
const heading = (kind) => ofBook.match(`href="(/${kind}/[^"?]+)`)[1];

/** Name, address and status of a page of each kind. */
export const pages = [
  ["home", "/"],
  ["results", "/search?q=파이썬"],
  ["narrowed", `/search?q=vkdlTjs&library=${names[0]}&year=2015-&sort=newest`],
  ["browse", "/search?class=0"],
  ["whole-facet", "/search?q=파이썬&facet=publisher"],
  ["nothing", "/search?q=쀍뛟쀍&class=8"],
  ["no-words", "/search"],
  ["book", `/books/${book}`],
  ["author", heading("authors")],
  ["subject", heading("subjects")],
  ["unknown-author", "/authors/%EC%80%8D%EB%9B%9F%EC%80%A9", 404],
  ["libraries", "/libraries"],
  ["own-libraries", `/libraries?mine=${names[0]}&find=${names[1]}`],
  ["own-results", `/search?q=파이썬&mine=${names[0]}&mine=${names[1]}`],
  ["library", `/libraries?library=${names[0]}`],
  ["list", `/list?${isbns.map((isbn) => `isbn=${isbn}`).join("&")}&isbn=9791190000017&library=${names[0]}`],
  ["empty-list", "/list"],
  ["wrong-list", "/list?isbn=x", 400],
  ["about", "/about"],
  ["unknown", "/nothing/here", 404],
  ["unknown-book", "/books/9791190000017", 404],
  ["refused", "/search?q=책&sort=nothing", 400],
].map(([name, path, status = 200]) => ({ name, path, status }));

/** The address of a page in a language. */
export const inLanguage = (path, hl) => `${path}${path.includes("?") ? "&" : "?"}hl=${hl}`;
