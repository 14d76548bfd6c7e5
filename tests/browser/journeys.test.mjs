// Five tasks of somebody who has never seen the site, by keyboard alone. A step is a key pressed, or a text typed;
// docs/ACCESSIBILITY.md says how many each takes at most.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { box, open, ready, results } from "./browser.mjs";

const page = await readFile(new URL("../../docs/ACCESSIBILITY.md", import.meta.url), "utf8");
const allowed = new Map([...page.matchAll(/^\| ([a-z ]+) \| .* \| (\d+) \|$/gm)].map(([, task, steps]) => [task, Number(steps)]));

/** Hands of a visitor, who has a keyboard, and counts. */
class Hands {
  steps = 0;
  constructor(page) {
    this.page = page;
  }

  async press(key) {
    this.steps += 1;
    await this.page.keyboard.press(key);
  }

  async type(text) {
    this.steps += 1;
    await this.page.keyboard.insertText(text);
  }

  /** Tabs on until the focus is where it is wanted; the focus must be seen on the way. */
  async tabTo(selector, key = "Tab") {
    for (let turn = 0; turn < 80; turn += 1) {
      await this.press(key);
      const { there, seen, what } = await this.page.evaluate((selector) => {
        const element = document.activeElement;
        const { width, height, bottom, top } = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        const seen = width > 0 && height > 0 && bottom > 0 && top < innerHeight && style.outlineStyle !== "none";
        return { there: element.matches(selector), seen, what: element.outerHTML.slice(0, 120) };
      }, selector);
      assert.ok(seen, `the focus is not to be seen on ${what}`);
      if (there) return;
    }
    assert.fail(`no way to ${selector} by Tab`);
  }
}

/** A task, from the home page on, and the steps it may take. */
function journey(task, walk) {
  test(`by keyboard alone: ${task}`, async () => {
    const most = allowed.get(task);
    assert.ok(most, `docs/ACCESSIBILITY.md has no row for it`);
    const page = await open("/");
    await ready(page);
    const hands = new Hands(page);
    await walk(page, hands);
    console.log(`${task}: ${hands.steps} steps of ${most}`);
    assert.ok(hands.steps <= most, `it took ${hands.steps} steps, ${most} are said`);
    assert.ok(hands.steps > most - 4, `it took ${hands.steps} steps only; say so`);
  });
}

/** To the box past the header, and words into it. */
async function search(page, hands, words) {
  await hands.press("Tab");
  await hands.press("Enter");
  await hands.tabTo("input[name=q]");
  await hands.type(words);
  await hands.press("Enter");
  await page.waitForURL(/\/search\?/);
  await results(page).first().waitFor();
}

/** From the title of the results to the first book. */
async function firstBook(hands) {
  await hands.tabTo("a.skip[href='#books']");
  await hands.press("Enter");
  await hands.tabTo("ol[data-query-id] h2 a");
}

journey("find a book by half a title", async (page, hands) => {
  const { results: [{ title }] } = await (await page.request.get("/api/search?q=파이썬&limit=1")).json();
  await search(page, hands, title.slice(0, Math.ceil(title.length / 2)));
  await firstBook(hands);
  await hands.press("Enter");
  await page.waitForURL(/\/books\//);
  assert.ok((await page.locator("h1").innerText()).startsWith(title.slice(0, 4)));
});

journey("only at two libraries", async (page, hands) => {
  await hands.tabTo("p.choose a");
  await hands.press("Enter");
  await page.waitForURL(/\/libraries/);
  await hands.tabTo("input[name=mine]");
  await hands.press("Space");
  await hands.tabTo("input[name=mine]");
  await hands.press("Space");
  await hands.press("Enter");
  await page.waitForURL(/mine=.*mine=/);
  await hands.tabTo("input[name=q]");
  await hands.type("파이썬");
  await hands.tabTo("details.libraries summary");
  await hands.press("Enter");
  await hands.tabTo("input[name=library]");
  await hands.press("Space");
  await hands.tabTo("input[name=library]");
  await hands.press("Space");
  await hands.press("Enter");
  await page.waitForURL(/library=.*library=/);
  const chosen = new URL(page.url()).searchParams.getAll("library");
  for (const text of await results(page).allInnerTexts()) {
    assert.ok(chosen.some((name) => text.includes(name)), `neither of ${chosen} holds ${text}`);
  }
});

journey("newest first", async (page, hands) => {
  await search(page, hands, "파이썬");
  await hands.tabTo(".sorts summary");
  await hands.press("Enter");
  await hands.tabTo(".sorts a[href*='sort=newest']");
  await hands.press("Enter");
  await page.waitForURL(/sort=newest/);
  assert.match(await page.locator(".sorts [aria-current]").getAttribute("href"), /sort=newest/);
});

journey("cite a book", async (page, hands) => {
  await search(page, hands, "파이썬");
  await firstBook(hands);
  await hands.press("Enter");
  await page.waitForURL(/\/books\//);
  await ready(page);
  await hands.press("Tab");
  await hands.press("Enter");
  await hands.tabTo("a[href='#cite']");
  await hands.press("Enter");
  const download = page.waitForEvent("download");
  await hands.tabTo(".cite a[href$='.ris']");
  await hands.press("Enter");
  assert.match((await download).suggestedFilename(), /\.ris$/);
});

journey("plan a visit", async (page, hands) => {
  await search(page, hands, "파이썬");
  await firstBook(hands);
  await hands.tabTo(".pick input");
  await hands.press("Space");
  await hands.tabTo(".pick input");
  await hands.press("Space");
  await hands.tabTo("#picks button", "Shift+Tab");
  await hands.press("Enter");
  await page.waitForURL(/\/list\?/);
  assert.equal(await page.locator("ol.list > li").count(), 2);
  assert.ok((await page.locator(".visits > li").count()) > 0);
});

test("the skip link leads past the header, and the box is a Tab away", async () => {
  const page = await open("/");
  await ready(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.ok(await box(page).evaluate((input) => input === document.activeElement));
});
