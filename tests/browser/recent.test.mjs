// What this device keeps of a visit for the next one: words looked for, books seen, the language; and the key that leads to the box.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, box, kept, open, ready, shoot, visitor, windows } from "./browser.mjs";

const options = (page) => page.getByRole("option");
const { results: [{ id, title }] } = await (await fetch(`${base}/api/search?q=파이썬`)).json();

/** A visitor who looked for something and saw a book. */
async function seen(more = {}) {
  const page = await open("/search?q=파이썬", more);
  await ready(page);
  await page.waitForFunction(() => localStorage.getItem("seoga.recent"));
  await page.goto(`/books/${id}`);
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("seoga.recent")).length === 2);
  return page;
}

test("an empty box offers what was looked for and seen here lately, and forgets it when told to", async () => {
  const page = await seen({ window: windows.phone });
  await page.goto("/");
  await ready(page);
  assert.equal(await options(page).count(), 0, "nothing opens by itself");
  await box(page).click();
  await options(page).first().waitFor();
  const texts = await options(page).allInnerTexts();
  assert.equal(texts.length, 3);
  assert.match(texts[0], /최근에 본 책/);
  assert.match(texts[1], /^파이썬\s+최근에 찾음/);
  assert.equal(texts[2].trim(), "최근 기록 지우기");
  await shoot(page, "recent-phone");
  await box(page).press("ArrowDown");
  await box(page).press("Enter");
  await page.waitForURL(new RegExp(`/books/${id}`));
  assert.ok((await page.locator("main h1").innerText()).startsWith(title.slice(0, 2)));
  await ready(page);
  await box(page).press("ArrowDown");
  await options(page).filter({ hasText: "최근에 찾음" }).click();
  await page.waitForURL(/\/search\?.*q=/);
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("seoga.recent"))[0].text === "파이썬");
  assert.equal((await kept(page, "recent")).length, 2, "each once");
  await page.goto("/");
  await ready(page);
  await box(page).click();
  await options(page).filter({ hasText: "최근 기록 지우기" }).click();
  assert.equal(await kept(page, "recent"), null);
  await box(page).click();
  await page.waitForTimeout(200);
  assert.equal(await options(page).count(), 0);
});

test("eight are kept, what is damaged is passed over, and on a shared computer nothing is", async () => {
  const page = await open("/");
  await page.evaluate(() => {
    const many = Array.from({ length: 9 }, (_, n) => ({ text: `말 ${n}` }));
    localStorage.setItem("seoga.recent", JSON.stringify([7, null, { text: 3 }, { text: "x", id: 5 }, ...many]));
  });
  await page.goto("/search?q=파이썬");
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("seoga.recent"))[0]?.text === "파이썬");
  assert.deepEqual((await kept(page, "recent")).map(({ text }) => text), ["파이썬", ...Array.from({ length: 7 }, (_, n) => `말 ${n}`)]);
  await page.goto("/search?q=쀍뛟쀍&class=8");
  await ready(page);
  await page.waitForTimeout(300);
  assert.equal((await kept(page, "recent"))[0].text, "파이썬", "what found nothing is not offered");
  const shared = await open("/", { init: "document.addEventListener('DOMContentLoaded', () => { document.documentElement.dataset.shared = ''; })" });
  await shared.goto("/search?q=파이썬");
  await ready(shared);
  await shared.waitForTimeout(300);
  assert.deepEqual(await shared.evaluate(() => [Object.keys(localStorage).filter((key) => key.includes("recent")), sessionStorage.getItem("seoga.recent")]), [[], null]);
});

test("the language that was chosen is spoken on the next visit, too", async () => {
  const context = await visitor();
  const page = await open("/", { as: context });
  await ready(page);
  await page.locator("nav [hreflang=en]").click();
  await page.waitForURL(/hl=en/);
  await page.close();
  const next = await open("/", { as: context });
  await next.waitForURL(/hl=en/);
  assert.equal(await next.locator("html").getAttribute("lang"), "en");
  await next.goto("/about");
  await next.waitForURL(/about\?hl=en/);
  // An address that says which is as it says.
  await next.goto("/about?hl=ko");
  await ready(next);
  assert.equal(await next.locator("html").getAttribute("lang"), "ko");
  await next.evaluate(() => localStorage.setItem("seoga.language", '"xx"'));
  await next.goto("/about");
  await ready(next);
  assert.match(next.url(), /about$/, "what is no language of ours is passed over");
});

test("the key / leads to the box, writes itself in one, and can be switched off", async () => {
  const page = await open(`/books/${id}`);
  await ready(page);
  await page.keyboard.press("/");
  assert.ok(await box(page).evaluate((input) => document.activeElement === input));
  assert.equal(await box(page).inputValue(), "");
  await page.keyboard.type("c/c++");
  assert.equal(await box(page).inputValue(), "c/c++");
  await page.goto("/about");
  await page.locator('[data-left][data-script="mounted"]').waitFor();
  await page.getByLabel("‘/’ 글쇠").uncheck();
  await page.goto(`/books/${id}`);
  await ready(page);
  await page.keyboard.press("/");
  assert.ok(await page.evaluate(() => document.activeElement === document.body));
  await page.goto("/about");
  await page.locator('[data-left][data-script="mounted"]').waitFor();
  assert.equal(await page.getByLabel("‘/’ 글쇠").isChecked(), false);
});

test("a whole ISBN opens its book, typed, by an address and without script; with a filter it lists it; a field without words asks for some", async () => {
  const page = await open("/");
  await ready(page);
  await box(page).fill(`${id.slice(0, 3)}-${id.slice(3)}`);
  await box(page).press("Enter");
  await page.waitForURL(new RegExp(`/books/${id}`));
  await page.waitForSelector("#held");
  const plain = await open(`/search?q=${id}&hl=en`, { script: false });
  assert.equal(plain.url(), `${base}/books/${id}?hl=en`);
  assert.match(await plain.locator("article.book").innerText(), /Without script this opens a new list/);
  await plain.goto(`/search?q=${id}&lang=ko`);
  assert.match(plain.url(), /\/search/);
  await page.goto("/search?q=9791190000017");
  assert.match(page.url(), /\/search/, "where no book has it there is help");
  for (const q of ["title:", "저자:"]) {
    await page.goto(`/search?q=${encodeURIComponent(q)}`);
    assert.equal(await page.locator("main h1").innerText(), "찾을 말을 적어 주세요.", q);
  }
});
