// What a visitor is writing stays, whatever the line does: while a page turns, when it fails, in mid-syllable.
import assert from "node:assert/strict";
import { test } from "node:test";
import { box, hold, open, order, ready, results, windows } from "./browser.mjs";

const focused = (page) => box(page).evaluate((input) => input === document.activeElement);

test("words typed while a page turns stay, and so does the focus", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  const { held, release } = await hold(page, "**/search?**sort=newest**");
  await order(page, "newest");
  await held;
  await box(page).focus();
  await page.keyboard.press("End");
  await page.keyboard.insertText(" 머신러닝");
  release();
  await page.waitForURL(/sort=newest/);
  await page.locator(".sorts [aria-current]").waitFor({ state: "attached" });
  assert.equal(await box(page).inputValue(), "파이썬 머신러닝");
  assert.ok(await focused(page));
  // And what was written is what is asked next, in the order chosen meanwhile.
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("q") === "파이썬 머신러닝" && url.searchParams.get("sort") === "newest");
});

test("what is typed behind Enter stays", async () => {
  for (const from of ["/", "/search?q=자바"]) {
    const page = await open(from);
    await ready(page);
    const { held, release } = await hold(page, "**/search?**");
    await box(page).fill("파이썬");
    await box(page).press("Enter");
    await held;
    await page.keyboard.insertText(" 입문");
    release();
    await page.waitForURL(/\/search\?/);
    await page.locator("#count").waitFor();
    assert.equal(await box(page).inputValue(), "파이썬 입문", `from ${from}`);
    assert.ok(await focused(page), `from ${from}`);
  }
});

test("a syllable that is being composed is finished, though the page turns meanwhile", async () => {
  for (const from of ["/search?q=자바", "/"]) {
    const page = await open(from);
    await ready(page);
    const session = await page.context().newCDPSession(page);
    const compose = (text) => session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.evaluate(() => {
      window.ends = [];
      addEventListener("compositionend", ({ data }) => window.ends.push(data));
    });
    const { held, release } = await hold(page, "**/search?**");
    if (from === "/") {
      await box(page).fill("자바");
      await box(page).press("Enter");
    } else await order(page, "title");
    await held;
    await box(page).focus();
    await page.keyboard.press("End");
    for (const text of ["ㅍ", "파", "팡"]) await compose(text);
    release();
    await new Promise((done) => setTimeout(done, 500));
    for (const text of ["파이", "파이썬"]) await compose(text);
    assert.deepEqual(await page.evaluate(() => window.ends), [], `cut off from ${from}`);
    await session.send("Input.insertText", { text: "파이썬" });
    await page.waitForURL(/q=/);
    await page.locator("#count").waitFor();
    await page.waitForFunction(() => document.querySelector("form.search input[name=q]").value === "자바파이썬");
    assert.ok(await focused(page), `from ${from}`);
  }
});

test("a box that was not touched follows the page", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  await box(page).fill("자바");
  await box(page).press("Enter");
  await page.waitForURL(/q=%EC%9E%90%EB%B0%94/);
  await page.goBack();
  await page.waitForURL(/q=%ED%8C%8C/);
  await page.waitForFunction(() => document.querySelector("form.search input[name=q]").value === "파이썬");
  assert.equal(await page.locator("form.search").count(), 1);
});

test("without network the page and the words stay, and a press tries again", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  page.expected = /ERR_INTERNET_DISCONNECTED/;
  await ready(page);
  await page.evaluate(() => { window.sameDocument = true; });
  const shown = await results(page).count();
  await page.context().setOffline(true);
  await box(page).fill("자바 스프링");
  await box(page).press("Enter");
  const again = page.getByRole("button", { name: "다시 시도" });
  await again.waitFor();
  assert.match(await page.locator(".said").innerText(), /연결/);
  assert.equal(await box(page).inputValue(), "자바 스프링");
  assert.equal(await results(page).count(), shown);
  assert.equal(await page.locator("main[aria-busy]").count(), 0);
  // So it is with a link.
  await order(page, "title");
  await again.waitFor();
  assert.equal(new URL(page.url()).searchParams.get("sort"), null);
  await page.context().setOffline(false);
  await again.click();
  await page.waitForURL(/sort=title/);
  assert.equal(await box(page).inputValue(), "자바 스프링");
  assert.ok(await page.evaluate(() => window.sameDocument));
  assert.ok(!(await again.isVisible()));
});

test("that something is on its way is to be seen soon, and not when it comes at once", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  const { held, release } = await hold(page, "**/search?**sort=title**");
  await order(page, "title");
  await held;
  await page.waitForTimeout(200);
  const seen = await page.evaluate(() => ({
    opacity: Number(getComputedStyle(document.querySelector("main")).opacity),
    bar: getComputedStyle(document.body, "::before").blockSize,
  }));
  assert.ok(seen.opacity < 0.6, `the list is dimmed to ${seen.opacity}`);
  assert.equal(seen.bar, "4px");
  release();
  await page.waitForURL(/sort=title/);
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("main")).opacity), "1");
});

test("a book that was taken off the list can be put back", async () => {
  const page = await open("/search?q=파이썬");
  await ready(page);
  await page.locator(".pick input").nth(0).check();
  await page.locator(".pick input").nth(1).check();
  await page.locator("#picks button").click();
  await page.waitForURL(/\/list\?/);
  const before = await page.locator("ol.list > li").evaluateAll((items) => items.map(({ dataset }) => dataset.isbn13));
  await page.locator("a[data-remove]").first().click();
  await page.waitForFunction(() => document.querySelectorAll("ol.list > li").length === 1);
  await page.getByRole("button", { name: "되돌리기" }).click();
  await page.waitForFunction(() => document.querySelectorAll("ol.list > li").length === 2);
  assert.deepEqual(await page.locator("ol.list > li").evaluateAll((items) => items.map(({ dataset }) => dataset.isbn13)), before);
});
