// Results that change in place: the address follows, back and forward work, and a failure is an ordinary navigation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { box, hold, open, order, ready, results, windows } from "./browser.mjs";

/** Marks the document, so that a new one can be told. */
const mark = (page) => page.evaluate(() => { window.sameDocument = true; });
const isSame = (page) => page.evaluate(() => window.sameDocument === true);
const titles = (page) => results(page).locator("h2").allInnerTexts();
const focused = (page) => page.evaluate(() => document.activeElement.tagName);

test("a search, a filter, an order and a page turn in place; focus, title and status follow", async () => {
  const page = await open("/");
  await ready(page);
  await mark(page);
  await box(page).fill("파이썬");
  await box(page).press("Enter");
  await page.waitForURL(/\/search\?/);
  assert.equal(await focused(page), "H1");
  assert.match(await page.title(), /파이썬/);
  await page.getByRole("status").filter({ hasText: await page.locator("#count").innerText() }).waitFor({ state: "attached" });
  const relevance = await titles(page);

  await order(page, "newest");
  await page.waitForURL(/sort=newest/);
  assert.equal(await page.locator(".sorts [aria-current]").count(), 1);
  const newest = await titles(page);
  assert.notDeepEqual(newest, relevance);

  const library = page.locator(".facets a[href*='library=']").first();
  const name = await library.innerText();
  await library.click();
  await page.waitForURL(/library=/);
  assert.ok((await page.locator(".active").innerText()).includes(name));

  await page.locator(".active a").first().click();
  await page.waitForURL((url) => !url.searchParams.has("library"));
  assert.deepEqual(await titles(page), newest);
  await page.locator(".pages a[rel=next]").click();
  await page.waitForURL(/page=2/);
  assert.equal(await page.evaluate(() => scrollY), 0, "the next page is read from its top");
  assert.equal(await focused(page), "H1");
  assert.ok(await isSame(page), "a page was loaded anew");
  // The other language's link is the one of this state.
  assert.match(await page.locator("header.site a[hreflang]").getAttribute("href"), /page=2/);

  // The server says the same of this address.
  const shown = await titles(page);
  await page.reload();
  assert.deepEqual(await titles(page), shown);
});

test("back and forward bring the page, where it was scrolled to, and the link that was followed", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  await mark(page);
  const first = await titles(page);
  const next = page.locator(".pages a[rel=next]");
  await next.scrollIntoViewIfNeeded();
  const y = await page.evaluate(() => scrollY);
  assert.ok(y > 300, "the page is long enough to tell");
  const href = await next.getAttribute("href");
  await next.click();
  await page.waitForURL(/page=2/);
  const second = await titles(page);
  await page.goBack();
  await page.waitForFunction((title) => document.querySelector("main ol h2").innerText === title, first[0]);
  assert.deepEqual(await titles(page), first);
  assert.equal(await page.evaluate(() => scrollY), y);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), href);
  await page.goForward();
  await page.waitForFunction((title) => document.querySelector("main ol h2").innerText === title, second[0]);
  assert.ok(await isSame(page));
});

test("back from a book comes to the results as they were", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  await order(page, "year");
  await page.waitForURL(/sort=year/);
  const shown = await titles(page);
  const last = results(page).last().locator("h2 a");
  await last.scrollIntoViewIfNeeded();
  const y = await page.evaluate(() => scrollY);
  assert.ok(y > 0);
  await last.click();
  await page.waitForURL(/\/books\//);
  await page.goBack();
  await page.waitForURL(/sort=year/);
  assert.deepEqual(await titles(page), shown);
  await page.waitForFunction((y) => Math.abs(scrollY - y) < 2, y);
});

test("a jump within the page is the browser's", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  await mark(page);
  await page.locator(".show a").click();
  await page.waitForURL(/#books$/);
  await page.waitForFunction(() => scrollY < 300);
  await page.goBack();
  await page.waitForURL((url) => !url.hash);
  assert.ok(await isSame(page));
  assert.ok((await results(page).count()) > 0);
});

test("what cannot be swapped in is navigated to", async () => {
  const page = await open("/search?q=파이썬");
  page.expected = /status of 400/;
  await ready(page);
  // A refusal comes with its own page.
  await mark(page);
  await page.evaluate(() => {
    const link = document.querySelector(".sorts a");
    link.href = "/search?q=x&sort=nothing";
    link.click();
  });
  await page.waitForURL(/sort=nothing/);
  await page.waitForFunction(() => window.sameDocument === undefined);
  assert.ok((await page.locator("p.detail").innerText()).includes("sort"));
  // Another language is another document.
  await ready(page);
  await mark(page);
  await page.goto("/search?q=파이썬");
  await ready(page);
  await page.locator("header.site a[hreflang=en]").click();
  await page.waitForURL(/hl=en/);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});

test("a click that asks for a new tab opens one", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  await page.locator(".sorts summary").click();
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.locator(".sorts a[href*='sort=title']").click({ modifiers: ["Control"] }),
  ]);
  await tab.waitForURL(/sort=title/);
  assert.ok(!page.url().includes("sort=title"));
});

test("the later of two quick turns is the one that shows", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  const addresses = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  const isFirst = (request) => request.url().includes("sort=title");
  const over = Promise.race(["requestfinished", "requestfailed"].map((event) => page.waitForEvent(event, isFirst)));
  const { held, release } = await hold(page, "**/search?**sort=title**");
  await order(page, "title");
  await held;
  assert.equal(await page.locator("main").getAttribute("aria-busy"), "true");
  await order(page, "year");
  await page.waitForURL(/sort=year/);
  release();
  await over;
  // One more turn comes after whatever the first made of its answer.
  await order(page, "newest");
  await page.waitForURL(/sort=newest/);
  assert.match(await page.locator(".sorts [aria-current]").getAttribute("href"), /sort=newest/);
  assert.ok(addresses.some((address) => address.includes("sort=year")), "the later turn showed");
  assert.ok(!addresses.some((address) => address.includes("sort=title")), "the earlier turn showed as well");
});

test("libraries of one's own ride along in every address, stay on the device and are forgotten when asked", async () => {
  const page = await open("/libraries");
  await ready(page);
  const box = page.locator("input[name=mine][type=checkbox]").nth(1);
  const name = await box.getAttribute("value");
  await box.check();
  await page.locator("button[form=mine]").click();
  await page.waitForURL(/mine=/);
  assert.match(await page.locator("header a[data-mine]").innerText(), /내 도서관 1곳/);
  // Without script too: every link to a page has them, and the first holder shown is the visitor's.
  const search = `/search?q=파이썬&mine=${encodeURIComponent(name)}`;
  const plain = await open(search, { script: false });
  const pages = (links) => links.map((link) => link.href).filter((href) => /\/(search|books|libraries|list|about)/.test(new URL(href).pathname));
  const without = (hrefs) => hrefs.filter((href) => !href.includes("#") && !new URL(href).searchParams.has("mine"));
  const hrefs = await plain.locator("a[href^='/']:not([download]):not([type])").evaluateAll((links) => links.map(({ href }) => ({ href })));
  assert.deepEqual(without(pages(hrefs)), []);
  assert.ok(pages(hrefs).length > 20);
  // On the way into the site the device says which they are.
  const again = await open("/", { as: page.context() });
  await ready(again);
  await again.locator("input[name=q]").fill("파이썬");
  await again.locator("input[name=q]").press("Enter");
  await again.waitForURL((url) => url.searchParams.get("mine") === name);
  await again.goto("/search?q=파이썬");
  await again.waitForURL((url) => url.searchParams.get("mine") === name);
  await again.goto("/libraries");
  await ready(again);
  await again.goto(`/libraries?mine=${encodeURIComponent(name)}`);
  await ready(again);
  await again.locator("[data-forget]").click();
  await again.waitForURL((url) => url.pathname === "/libraries" && !url.searchParams.has("mine"));
  await again.goto("/search?q=파이썬");
  await ready(again);
  assert.ok(!new URL(again.url()).searchParams.has("mine"));
});
