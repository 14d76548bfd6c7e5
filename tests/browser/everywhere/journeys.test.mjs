// What a visitor does most, in every browser there is: to search, to narrow, to read, to choose libraries, to leave a choice.
import assert from "node:assert/strict";
import { inLanguage, names, pages } from "../pages.mjs";
import { stored } from "../served.mjs";
import { Key, journey } from "./drivers.mjs";

const BOX = "form.search input[name=q]";
const RESULTS = "/search?q=파이썬&hl=ko";
const titles = (visitor) => visitor.ask(() => [...document.querySelectorAll("#books h2")].map((title) => title.textContent));
const total = async (visitor) => Number((await visitor.text("#count")).replace(/\D/g, ""));

journey("suggestions follow what is typed, arrows choose, and results come in place", async (visitor) => {
  await visitor.go("/?hl=ko");
  await visitor.ready();
  await visitor.mark();
  await visitor.click(BOX);
  await visitor.type("파이");
  await visitor.one("[role=option]");
  assert.match(await visitor.text("[role=option]"), /^파이/);
  await visitor.type(Key.ARROW_DOWN);
  const pointed = () => visitor.ask(() => document.querySelector("[role=option][aria-selected=true]")?.id ?? "");
  assert.match(await pointed(), /-0$/);
  assert.equal(await visitor.ask((box) => document.querySelector(box).getAttribute("aria-activedescendant"), BOX), await pointed());
  await visitor.type(Key.ESCAPE);
  await visitor.until("closed", () => document.querySelector("[role=listbox]").hidden);
  assert.equal(await visitor.ask((box) => document.querySelector(box).value, BOX), "파이", "the first Escape closes and clears nothing");
  await visitor.type("썬", Key.ENTER);
  await visitor.at("the results", ({ pathname, searchParams }) => pathname === "/search" && searchParams.get("q") === "파이썬");
  assert.ok((await titles(visitor)).length > 0);
  assert.ok(await visitor.isMarked(), "a page was loaded anew");
  assert.equal(await visitor.ask(() => document.activeElement.tagName), "H1");
  await visitor.until("told", () => [...document.querySelectorAll("[role=status]")].some(({ textContent }) => textContent === document.querySelector("#count").textContent));
});

journey("results are narrowed by a library and by years, and widened again", async (visitor) => {
  await visitor.go(RESULTS);
  await visitor.ready();
  await visitor.mark();
  const all = await total(visitor);
  const library = await visitor.text(".facets a[href*='library=']");
  await visitor.click(".facets a[href*='library=']");
  await visitor.at("one library", ({ searchParams }) => searchParams.get("library") === library);
  const ofIt = await total(visitor);
  assert.ok(ofIt < all);
  assert.match(await visitor.ask(() => document.querySelector(".active").textContent), new RegExp(library));
  const [from, until] = await Promise.all(["from", "until"].map((name) => visitor.one(`input[name=${name}]`)));
  await from.sendKeys("2015");
  await until.sendKeys("2020", Key.ENTER);
  await visitor.at("years", ({ searchParams }) => searchParams.get("from") === "2015" && searchParams.get("until") === "2020");
  assert.ok((await total(visitor)) < ofIt);
  assert.match(await visitor.text(".years [aria-current=true]"), /2015–2020년/);
  await visitor.click(".years [aria-current=true]");
  await visitor.until("as many as before", (count) => Number(document.querySelector("#count").textContent.replace(/\D/g, "")) === count, ofIt);
  assert.ok(await visitor.isMarked(), "a page was loaded anew");
});

journey("back and forward bring results and where they were scrolled to, in place and from a book", async (visitor) => {
  await visitor.go(RESULTS);
  await visitor.ready();
  await visitor.mark();
  const first = await titles(visitor);
  await visitor.ask(() => document.querySelector(".pages a[rel=next]").scrollIntoView({ block: "center" }));
  const y = await visitor.ask(() => scrollY);
  assert.ok(y > 300, "the page is long enough to tell");
  const next = await visitor.ask(() => document.querySelector(".pages a[rel=next]").search);
  await visitor.click(".pages a[rel=next]");
  await visitor.at("the second page", ({ searchParams }) => searchParams.get("page") === "2");
  await visitor.until("at its top", () => scrollY === 0);
  const second = await titles(visitor);
  assert.notDeepEqual(second, first);
  const shows = (title) => visitor.until(`showing ${title}`, (title) => document.querySelector("#books h2").textContent === title, title);
  await visitor.session.navigate().back();
  await shows(first[0]);
  await visitor.until("where it was", (y) => Math.abs(scrollY - y) < 2, y);
  assert.equal(await visitor.ask(() => document.activeElement.search), next, "the link that was followed");
  await visitor.session.navigate().forward();
  await shows(second[0]);
  assert.ok(await visitor.isMarked(), "a page was loaded anew");
  const last = "#books > li:last-child h2 a";
  await visitor.ask((last) => document.querySelector(last).scrollIntoView({ block: "center" }), last);
  const before = await visitor.ask(() => scrollY);
  await visitor.click(last);
  await visitor.at("a book", ({ pathname }) => pathname.startsWith("/books/"));
  assert.equal(await visitor.text("h1"), second.at(-1));
  await visitor.session.navigate().back();
  await visitor.ready();
  await shows(second[0]);
  await visitor.until("where it was", (y) => Math.abs(scrollY - y) < 2, before);
});

journey("two books are put on the list, kept over a reload and planned for", async (visitor) => {
  await visitor.go(RESULTS);
  await visitor.ready();
  for (const n of [1, 3]) await visitor.click(`#books > li:nth-child(${n}) label.pick`);
  assert.equal((await visitor.kept("list")).length, 2);
  await visitor.session.navigate().refresh();
  await visitor.ready();
  assert.equal(await visitor.ask(() => document.querySelectorAll(".pick input:checked").length), 2);
  await visitor.click("#picks button");
  await visitor.at("the list", ({ pathname, searchParams }) => pathname === "/list" && searchParams.getAll("isbn").length === 2);
  await visitor.ready();
  assert.match(await visitor.text(".plan .verdict"), /도서관 [12]곳이면 책 2권을 모두/);
  assert.ok((await visitor.all(".plan .visits > li")).length > 0);
  await visitor.click("a[data-remove]");
  await visitor.until("one left", () => document.querySelectorAll("ol.list > li").length === 1);
  assert.equal((await visitor.kept("list")).length, 1);
  // Without the books in the address, the device knows them.
  await visitor.go("/list?hl=ko");
  await visitor.at("the list again", ({ searchParams }) => searchParams.getAll("isbn").length === 1);
});

journey("the language is changed and stays changed", async (visitor) => {
  await visitor.go(`${RESULTS}&sort=newest`);
  await visitor.ready();
  const shown = await titles(visitor);
  await visitor.click("header.site a[hreflang=en]");
  await visitor.at("English", ({ searchParams }) => searchParams.get("hl") === "en" && searchParams.get("sort") === "newest");
  assert.equal(await visitor.ask(() => document.documentElement.lang), "en");
  assert.deepEqual(await titles(visitor), shown);
  await visitor.click("#books h2 a");
  await visitor.at("a book", ({ pathname }) => pathname.startsWith("/books/"));
  assert.equal(await visitor.ask(() => document.documentElement.lang), "en");
});

journey("no page is wider than a phone, and filters are a sheet that Escape closes", async (visitor) => {
  await visitor.onPhone();
  for (const { name, path, status } of pages.filter(({ status }) => status === 200)) {
    await visitor.go(inLanguage(path, status === 200 ? "ko" : "en"));
    await visitor.ready();
    const [wide, window] = await visitor.ask(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= window && window < 704, `${name} is ${wide} wide in a window of ${window}`);
  }
  await visitor.go(RESULTS);
  await visitor.ready();
  await visitor.click("a.jump");
  await visitor.one("dialog.sheet[open] .show a");
  const library = await visitor.text("dialog.sheet section a[href*='library=']");
  await visitor.click("dialog.sheet section a[href*='library=']");
  await visitor.at("one library", ({ searchParams }) => searchParams.get("library") === library);
  await visitor.until("marked", (name) => document.activeElement.textContent.includes(name) && document.activeElement.ariaCurrent === "true", library);
  await visitor.type(Key.ESCAPE);
  await visitor.until("closed", () => !document.querySelector("dialog"));
  assert.equal(await visitor.ask(() => document.activeElement.className), "jump");
});

journey("libraries of one's own are chosen once, told in every address and remembered", async (visitor) => {
  await visitor.go("/libraries?hl=ko");
  await visitor.ready();
  const box = `input[name=mine][value="${names[1]}"]`;
  await visitor.click(`label:has(${box}), ${box}`);
  await visitor.click("button[form=mine]");
  await visitor.at("my libraries", ({ searchParams }) => searchParams.get("mine") === names[1]);
  assert.match(await visitor.text("header a[data-mine]"), /내 도서관 1곳/);
  await visitor.go("/search?q=파이썬&hl=ko");
  await visitor.at("results with them", ({ searchParams }) => searchParams.get("mine") === names[1]);
});

journey("the book that is opened is told to the library, once", async (visitor) => {
  await visitor.go(RESULTS);
  await visitor.ready();
  const book = await visitor.ask(() => document.querySelector("#books > li").dataset.isbn13);
  await visitor.click("#books h2 a");
  await visitor.at("a book", ({ pathname }) => pathname.startsWith("/books/"));
  const user = await visitor.kept("visitor");
  let found = [];
  for (let turn = 0; turn < 50 && !found.length; turn += 1) {
    found = await stored(user);
    if (!found.length) await new Promise((done) => { setTimeout(done, 100); });
  }
  assert.deepEqual(found.map(({ isbn13, query, rank }) => [isbn13, query, rank]), [[book, "파이썬", 1]]);
});

journey("without script a visitor searches, filters, pages, reads and makes a list", async (visitor) => {
  await visitor.go("/?hl=ko");
  await visitor.click(BOX);
  await visitor.type("파이썬");
  await visitor.click("form.search button[type=submit]");
  await visitor.at("the results", ({ searchParams }) => searchParams.get("q") === "파이썬");
  assert.equal(await visitor.ask(() => document.documentElement.dataset.script ?? null), null, "scripts run");
  await visitor.click(".facets a[href*='library=']");
  await visitor.at("one library", ({ searchParams }) => searchParams.has("library"));
  await visitor.click(".pages a[rel=next]");
  await visitor.at("the second page", ({ searchParams }) => searchParams.get("page") === "2");
  const [title] = await titles(visitor);
  await visitor.click("#books h2 a");
  await visitor.at("a book", ({ pathname }) => pathname.startsWith("/books/"));
  assert.equal(await visitor.text("h1"), title);
  assert.ok((await visitor.all("table.holdings tbody tr")).length > 0);
  await visitor.session.navigate().back();
  for (const n of [1, 2]) await visitor.click(`#books > li:nth-child(${n}) label.pick`);
  await visitor.click("#picks button");
  await visitor.at("the list", ({ searchParams }) => searchParams.getAll("isbn").length === 2);
  assert.ok((await visitor.all(".plan .visits > li")).length > 0);
}, { script: false });
