// A visitor opens the page and searches: as plain HTML, and with script.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, box, open, results, shoot, windows } from "./browser.mjs";

for (const script of [true, false]) {
  test(`a visitor types a word and sees books, ${script ? "with" : "without"} script`, async () => {
    const page = await open("/", { script });
    assert.equal(await page.locator("html").getAttribute("lang"), "ko");
    assert.equal(await page.locator("h1").count(), 1);
    await box(page).fill("파이썬");
    await box(page).press("Enter");
    await page.waitForURL(/\/search\?/);
    assert.equal(new URL(page.url()).searchParams.get("q"), "파이썬");
    assert.ok((await results(page).count()) > 0, "no book is shown; is the sample catalogue served?");
    assert.deepEqual(page.complaints, []);
  });
}

test("a visitor chooses a library and sees only its books", async () => {
  const page = await open("/libraries?q=파이썬", { script: false });
  const own = page.locator('input[name="mine"][type="checkbox"]').first();
  const name = await own.getAttribute("value");
  await own.check();
  await page.locator('button[form="mine"]').click();
  await page.waitForURL(/q=.*mine=/);
  await page.locator("details.libraries > summary").click();
  await page.locator(`input[name="library"][value="${name}"]`).check();
  await box(page).press("Enter");
  await page.waitForURL(/library=/);
  const shown = await results(page).allInnerTexts();
  assert.ok(shown.length > 0, `no book of ${name} is shown`);
  for (const text of shown) assert.ok(text.includes(name), `a book that ${name} does not hold is shown: ${text}`);
});

test("on paper stands every library that holds a book", async () => {
  // Without script nothing watches the layout, which is another on paper.
  const page = await open("/search?q=파이썬", { script: false });
  await page.emulateMedia({ media: "print" });
  const held = page.locator("details.held li");
  const seen = await held.evaluateAll((all) => all.filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length);
  assert.ok(seen > 0 && seen === (await held.count()), `${seen} of ${await held.count()} libraries are printed`);
});

test("a value that is none says so, and leads to the rest of what was asked", async () => {
  const page = await open("/search?q=파이썬&sort=x");
  page.expected = /status of 400/;
  assert.equal(await page.locator("p.request").count(), 0);
  await page.locator("main p a").first().click();
  await page.waitForURL((url) => !url.searchParams.has("sort"));
  assert.equal(new URL(page.url()).searchParams.get("q"), "파이썬");
  assert.ok((await results(page).count()) > 0);
});

test("nothing found is a page that helps", async () => {
  const page = await open("/search?q=쀍뛟쀍");
  assert.equal(await results(page).count(), 0);
  assert.equal(await box(page).inputValue(), "쀍뛟쀍");
  assert.deepEqual(page.complaints, []);
});

test("no page is wider than its window", async () => {
  for (const [name, window] of Object.entries(windows)) {
    for (const [path, picture] of [["/", "home"], ["/search?q=파이썬", "results"], ["/search?q=쀍뛟쀍", "nothing"]]) {
      const page = await open(path, { window });
      await shoot(page, `${picture}-${name}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= window.width, `${base}${path} is ${width} wide in a window of ${window.width}`);
    }
  }
});
