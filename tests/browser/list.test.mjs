// My list: kept on the device, shown by the server from an address, taken over from others, printed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kept, open, order, ready, results, visitor } from "./browser.mjs";
import { book, isbns, names } from "./pages.mjs";

const count = (page) => page.locator("a[data-list]").getAttribute("data-count");
const listed = (page) => page.locator("ol.list > li").evaluateAll((items) => items.map((item) => item.dataset.isbn13));
const list = (books) => `/list?${books.map((isbn) => `isbn=${isbn}`).join("&")}`;

test("books are picked from results and from their page, and taken off again", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  const ticks = page.locator(".pick input");
  const first = await ticks.nth(0).inputValue();
  await ticks.nth(0).check();
  await ticks.nth(1).check();
  assert.equal(await count(page), "2");
  await page.getByRole("status").filter({ hasText: "2권" }).waitFor();
  await ticks.nth(1).uncheck();
  assert.deepEqual(await kept(page, "list"), [first]);
  // Turning to another order keeps the ticks.
  await order(page, "title");
  await page.waitForURL(/sort=title/);
  assert.equal(await count(page), "1");
  await page.goBack();
  await page.waitForURL((url) => !url.searchParams.has("sort"));
  assert.ok(await page.locator(`.pick input[value="${first}"]`).isChecked());

  await page.goto(`/books/${first}`);
  await ready(page);
  const button = page.locator("button[data-add]");
  const words = await button.innerText();
  await button.click();
  assert.notEqual(await button.innerText(), words);
  assert.deepEqual(await kept(page, "list"), []);
  await button.click();
  assert.equal(await button.innerText(), words);
  assert.deepEqual(await kept(page, "list"), [first]);
});

test("the list's page is found from any page and shows what is on the device", async () => {
  const page = await open(`/books/${book}`);
  await ready(page);
  await page.locator("button[data-add]").click();
  await page.locator("a[data-list]").click();
  await page.waitForURL(/\/list\?isbn=/);
  assert.deepEqual(await listed(page), [book]);
  // Without the books in the address, the device knows them.
  await page.goto("/list");
  await page.waitForURL(/\/list\?isbn=/);
  assert.deepEqual(await listed(page), [book]);
  await page.locator("a[data-remove]").click();
  await page.waitForURL((url) => !url.searchParams.has("isbn"));
  assert.deepEqual(await kept(page, "list"), []);
  assert.equal(await page.locator("[data-list-empty]").count(), 1);
});

test("another's list is shown, and taken over only when asked", async () => {
  const page = await open(list(isbns.slice(0, 3)));
  await ready(page);
  assert.equal((await listed(page)).length, 3);
  assert.equal(await kept(page, "list"), null);
  const adopt = page.locator("[data-do=adopt]");
  await adopt.click();
  assert.deepEqual(await kept(page, "list"), isbns.slice(0, 3));
  assert.ok(!(await adopt.isVisible()), "nothing is left to take over");
});

test("a list is shared as its address and printed", async () => {
  const as = await visitor({ init: () => {
    window.print = () => { window.printed = true; };
    navigator.share = async (what) => { window.shared = what; };
  } });
  const page = await open(`${list(isbns.slice(0, 2))}&library=${names[0]}`, { as });
  await ready(page);
  await page.locator("[data-do=share]").click();
  const { url } = await page.evaluate(() => window.shared);
  assert.deepEqual(new URL(url).searchParams.getAll("isbn"), isbns.slice(0, 2));
  assert.ok(!url.includes("library="), "whose libraries are the visitor's own is no part of it");
  await page.locator("[data-do=print]").click();
  assert.ok(await page.evaluate(() => window.printed));
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("form:visible, button:visible, header nav:visible").count(), 0);
  assert.ok(await page.locator(".plan").isVisible());
});

test("on a phone the table of who holds what leaves titles a width to be read in", async () => {
  const page = await open(list(isbns.slice(0, 4)));
  await page.setViewportSize({ width: 390, height: 844 });
  const widths = await page.locator("table.grid tbody th").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
  assert.ok(widths.length > 0, "the list has a table");
  for (const width of widths) assert.ok(width >= 140, `a title is ${width} px wide`);
});

test("a full list says so and loses nothing", async () => {
  const page = await open("/");
  await page.evaluate(() => {
    const isbns = Array.from({ length: 50 }, (_, n) => String(9790000000000 + n));
    localStorage.setItem("seoga.list", JSON.stringify(isbns));
  });
  await page.goto("/search?q=파이썬");
  await ready(page);
  assert.equal(await count(page), "50");
  await page.locator(".pick input").first().click();
  await page.getByRole("status").filter({ hasText: "50권까지" }).waitFor();
  assert.ok(!(await page.locator(".pick input").first().isChecked()));
  assert.equal((await kept(page, "list")).length, 50);
});

test("what else lies in the storage does no harm", async () => {
  for (const text of ["{", "7", '{"a":1}', '[1,null,"x",{}]']) {
    const page = await open("/");
    await page.evaluate((text) => {
      for (const name of ["list", "libraries", "choices", "visitor", "choices.off"]) localStorage.setItem(`seoga.${name}`, text);
    }, text);
    await page.goto("/search?q=파이썬");
    await ready(page);
    assert.ok((await results(page).count()) > 0);
  }
});

test("another tab's change shows", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  const other = await open("/search?q=파이썬", { as: page.context() });
  await ready(other);
  await other.locator(".pick input").first().check();
  await page.waitForFunction(() => document.querySelector("a[data-list]").dataset.count === "1");
  assert.ok(await page.locator(".pick input").first().isChecked());
});

test("without script ticked results make a list, from which books are taken", async () => {
  const page = await open("/search?q=파이썬", { script: false });
  await page.locator(".pick input").nth(0).check();
  await page.locator(".pick input").nth(2).check();
  await page.locator("#picks button").click();
  await page.waitForURL(/\/list\?/);
  const [first, second] = await listed(page);
  await page.locator("a[data-remove]").first().click();
  await page.waitForURL((url) => !url.searchParams.getAll("isbn").includes(first));
  assert.deepEqual(await listed(page), [second]);
});
