// The first screen of results on a phone: where the books begin, how many there are, what a finger can hit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, ready, results, windows } from "./browser.mjs";
import { inLanguage, names } from "./pages.mjs";

/** Where the first title may begin at most, in CSS pixels from the top. */
const FIRST_TITLE = 300;
/** Results that stand whole on the first screen. */
const WHOLE = 4;
/** The side of a target, and of the square around its middle that no other target may reach into. */
const TARGET = 44;

/** Questions of four kinds: plain, with a slip, with three filters, on the wrong keyboard. */
const questions = {
  plain: "/search?q=파이썬",
  slip: "/search?q=파이썬 머신러능",
  filtered: `/search?q=파이썬&library=${names[0]}&library=${names[1]}&class=005`,
  keyboard: "/search?q=vkdlTjs",
};

for (const [name, path] of Object.entries(questions)) {
  for (const hl of ["ko", "en"]) {
    test(`four books stand on a phone's first screen, ${name}, ${hl}`, async () => {
      const page = await open(inLanguage(path, hl), { window: windows.phone });
      await ready(page);
      const seen = await results(page).evaluateAll((items) => ({
        title: items[0].querySelector("h2 a > *").getBoundingClientRect().top,
        // Only a sample says that it is one.
        notice: (document.querySelector(".invented")?.getBoundingClientRect().bottom ?? 0) - document.querySelector("header.site").getBoundingClientRect().bottom,
        whole: items.filter((item) => item.getBoundingClientRect().bottom <= innerHeight).length,
        all: items.length,
      }));
      const title = seen.title - Math.max(seen.notice, 0);
      console.log(`${name}, ${hl}: first title at ${Math.round(title)}, ${seen.whole} whole of ${seen.all}`);
      assert.ok(title < FIRST_TITLE, `the first title begins at ${title}`);
      assert.ok(seen.whole >= Math.min(WHOLE, seen.all), `${seen.whole} results stand whole on the first screen`);
      const bar = await page.locator(".bar > :visible").evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().bottom));
      assert.equal(bar.length, 3, "count, order and filter");
      assert.ok(Math.max(...bar) - Math.min(...bar) < TARGET, "they are one line");
      assert.equal(await page.locator(".results .spine:visible, .results time:visible").count(), 0);
    });
  }
}

/** Finds the targets that are neither large nor apart: the square around the middle of each, of what reaches into it. */
function crowded(side) {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".skip, .unseen");
  const within = document.querySelector("dialog[open]") ?? document;
  const targets = [...within.querySelectorAll("a[href], button, summary, label:has(input), input:not([type=hidden])")]
    .filter((element) => shown(element) && !(element.matches("label input")))
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1);
  return targets.filter(({ element, box }) => {
    if (box.width >= side && box.height >= side) return false;
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const [wide, high] = [Math.max(box.width, side) / 2, Math.max(box.height, side) / 2];
    return targets.some(({ element: other, box: { left, right, top, bottom } }) =>
      other !== element && !other.contains(element) && !element.contains(other)
      && left < x + wide - 0.5 && right > x - wide + 0.5 && top < y + high - 0.5 && bottom > y - high + 0.5);
  }).map(({ element, box }) => `${element.outerHTML.slice(0, 90)} ${Math.round(box.width)} x ${Math.round(box.height)}`);
}

for (const hl of ["ko", "en"]) {
  test(`what a finger can hit on the results is large or apart, ${hl}`, async () => {
    const page = await open(inLanguage(questions.filtered, hl), { window: windows.phone });
    await ready(page);
    assert.deepEqual(await page.evaluate(crowded, TARGET), []);
  });
}

test("what a finger can hit among the filters is large or apart", async () => {
  const page = await open(questions.filtered, { window: windows.phone });
  await ready(page);
  await page.locator("a.jump").click();
  const sheet = page.locator("dialog.sheet[open]");
  await sheet.waitFor();
  await sheet.locator("summary").evaluateAll((all) => all.forEach((one) => one.click()));
  // At its end nothing lies under the way back.
  await sheet.evaluate((one) => one.scrollTo(0, one.scrollHeight));
  assert.deepEqual(await page.evaluate(crowded, TARGET), []);
});

test("with the keyboard of a phone up, the box goes to the top and leaves room for suggestions", async () => {
  const page = await open("/", { window: { width: 390, height: 340 } });
  await ready(page);
  await page.locator("form.search input[name=q]").focus();
  const { top, bottom } = await page.locator("form.search .box").evaluate((box) => box.getBoundingClientRect().toJSON());
  assert.ok(top >= 0 && top < 24, `the box begins at ${top}`);
  assert.ok(340 - bottom >= 4 * TARGET, `${340 - bottom} pixels are left below the box`);
});

test("ticking shows a bar that leads to the list, and nothing moves", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  const bar = page.locator("#picks button");
  assert.ok(!(await bar.isVisible()));
  await page.locator(".pick input").nth(0).check();
  await page.locator(".pick input").nth(2).check();
  assert.match(await bar.innerText(), /^2권/);
  const { bottom } = await bar.evaluate((button) => button.getBoundingClientRect().toJSON());
  assert.ok(bottom <= windows.phone.height, "it is in sight");
  // What has the focus is never behind it.
  await page.locator(".pick input").nth(3).focus();
  await bar.click();
  await page.waitForURL(/\/list\?/);
  assert.equal(await page.locator("ol.list > li").count(), 2);
});
