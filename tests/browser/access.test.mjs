// Every page for everybody: no violation that axe knows of, in either language, light and dark; whole without script;
// no wider than the narrowest window.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";
import { box, faults, open, order, ready, results, shoot, visitor, windows } from "./browser.mjs";
import { book, inLanguage, names, pages } from "./pages.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong on a page, in short. */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    // The size of targets is WCAG 2.2's, the contrast AAA's: axe leaves them out unless asked.
    const { violations } = await window.axe.run(document, { rules: { "target-size": { enabled: true }, "color-contrast-enhanced": { enabled: true } }, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary.split("\n").slice(1).join(" ")}`).join("; ")}`);
  });
}

for (const hl of ["ko", "en"]) {
  for (const scheme of ["light", "dark"]) {
    test(`axe finds nothing on any page, ${hl}, ${scheme}`, async () => {
      const as = await visitor({ scheme, locale: hl });
      const found = {};
      for (const { name, path, status } of pages) {
        const page = await open("about:blank", { as });
        page.expected = /status of 40[04]/;
        const answer = await page.goto(inLanguage(path, hl));
        assert.equal(answer.status(), status, name);
        await ready(page);
        assert.equal(await page.locator("html").getAttribute("lang"), hl);
        // Nothing may hide from the check behind a disclosure; what opens them here shifts the layout.
        assert.deepEqual(await faults(page), []);
        page.hasScript = false;
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        const wrong = await violations(page);
        if (wrong.length) found[name] = wrong;
      }
      assert.deepEqual(found, {});
    });
  }
}

test("axe finds nothing where suggestions are open, on a phone, light and dark", async () => {
  for (const scheme of ["light", "dark"]) {
    const page = await open("/", { scheme, window: windows.phone });
    await ready(page);
    await box(page).focus();
    await page.keyboard.insertText("파이");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("ArrowDown");
    assert.deepEqual(await violations(page), []);
    await shoot(page, `suggestions-${scheme}`);
  }
});

test("axe finds nothing where the filters are a sheet, light and dark", async () => {
  for (const scheme of ["light", "dark"]) {
    const page = await open(`/search?q=파이썬&library=${names[0]}`, { scheme, window: windows.phone });
    await ready(page);
    await page.locator("a.jump").click();
    await page.locator("dialog.sheet[open]").waitFor();
    assert.deepEqual(await violations(page), []);
  }
});

test("axe is able to find something", async () => {
  const page = await open("/");
  await page.evaluate(() => document.querySelector("main").append(document.createElement("img")));
  assert.match((await violations(page)).join(), /image-alt/);
});

for (const { name, path, status } of pages) {
  test(`without script the page ${name} is whole`, async () => {
    const page = await open("about:blank", { script: false, window: windows.narrow });
    page.expected = /status of 40[04]/;
    const answer = await page.goto(path);
    assert.equal(answer.status(), status);
    assert.equal(await page.locator("h1").count(), 1);
    assert.ok((await page.locator("h1").innerText()).length > 0);
    // What does nothing without script is not there without script.
    assert.equal(await page.locator("button:visible:not([type=submit])").count(), 0);
    assert.equal(await page.locator(".scripted:visible").count(), 0);
    for (const link of await page.locator("a[href]").all()) {
      assert.match(await link.getAttribute("href"), /^(\/|#|https?:|tel:)/);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= windows.narrow.width, `it is ${width} wide in a window of ${windows.narrow.width}`);
  });
}

test("without script a visitor searches, filters, orders, pages and reads a book", async () => {
  const page = await open("/", { script: false });
  await box(page).fill("파이썬");
  await page.locator("form.search button[type=submit]").click();
  await page.locator(".facets a[href*='library=']").first().click();
  await page.waitForURL(/library=/);
  await order(page, "newest");
  await page.waitForURL(/library=.*sort=newest|sort=newest.*library=/);
  await page.locator(".active a").first().click();
  await page.waitForURL((url) => !url.searchParams.has("library"));
  await page.locator(".pages a[rel=next]").click();
  await page.waitForURL(/page=2/);
  const title = await results(page).first().locator("h2").innerText();
  await results(page).first().locator("h2 a").click();
  await page.waitForURL(/\/books\//);
  assert.equal(await page.locator("h1").innerText(), title);
  assert.ok((await page.locator("table.holdings tbody tr").count()) > 0);
});

test("the languages are one visible link apart and say the same of themselves", async () => {
  const page = await open(`/search?q=파이썬&library=${names[0]}`, { script: false });
  const shown = await results(page).count();
  await page.locator("header.site a[hreflang=en]").click();
  await page.waitForURL(/hl=en/);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.equal(await results(page).count(), shown);
  await results(page).first().locator("h2 a").click();
  await page.waitForURL(/\/books\//);
  assert.equal(await page.locator("html").getAttribute("lang"), "en", "the choice is carried on");
  assert.equal(await page.locator(`header.site a[hreflang=ko]`).count(), 1);
});

test("buttons keep an edge in forced colours, and nothing moves", async () => {
  const page = await open(`/books/${book}`);
  await page.emulateMedia({ forcedColors: "active" });
  const border = await page.locator("form.search button[type=submit]").evaluate((button) => getComputedStyle(button).borderTopWidth);
  assert.notEqual(border, "0px", "without its colour the button has no edge");
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
});

/** Presses a key until the focus is where it is wanted; gives how often. */
async function pressTo(page, selector, most = 60) {
  for (let times = 1; times <= most; times++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return times;
  }
  assert.fail(`no way to ${selector} in ${most} presses of Tab`);
}

for (const script of [true, false]) {
  test(`two libraries are chosen by keyboard in few steps, ${script ? "with" : "without"} script`, async () => {
    const page = await open("/search?q=파이썬", { script });
    if (script) await ready(page);
    const value = "#narrow section a:not([aria-current])";
    // Straight on, by the link to the filters alone.
    let tabs = await pressTo(page, "a.jump", 19);
    await page.keyboard.press("Enter");
    tabs += await pressTo(page, value, 20 - tabs);
    assert.ok(tabs <= 12, `${tabs} Tab stops to the first value`);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.getAll("library").length === 1);
    let second = 0;
    if (script) {
      await page.locator("#narrow [aria-current=true]:focus").waitFor();
      assert.ok(await page.locator(":focus").evaluate((link) => { const { top, bottom } = link.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }), "it is in sight");
    } else {
      // A page that is new begins at its start.
      second = await pressTo(page, "a.skip");
      await page.keyboard.press("Enter");
      second += await pressTo(page, "a.jump");
      await page.keyboard.press("Enter");
    }
    second += await pressTo(page, value);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.searchParams.getAll("library").length === 2);
    assert.ok(second <= (script ? 1 : 8), `${second} Tab stops to the second`);
    assert.ok((await results(page).count()) > 0);
  });
}
