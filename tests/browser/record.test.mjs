// A book's page: what a visitor knows of it on a phone's first screen, and how it is passed on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, ready, visitor, windows } from "./browser.mjs";
import { book } from "./pages.mjs";

test("a phone's first screen has the title, who made it and the libraries", async () => {
  const page = await open(`/books/${book}`, { window: windows.phone });
  const top = (selector) => page.locator(selector).evaluate((element) => element.getBoundingClientRect().top);
  assert.ok(await top("h1") < 300, `the title begins at ${await top("h1")}`);
  assert.ok(await top("#held") < windows.phone.height, `the libraries begin at ${await top("#held")}`);
  assert.ok(!(await page.locator("img.cover").isVisible()), "no drawn cover before what is known");
});

test("a citation is copied, and where the clipboard refuses there is a box to copy it from", async () => {
  const context = await visitor({ init: () => {
    // A blank page has no clipboard.
    if (!navigator.clipboard) return;
    let refused = true;
    navigator.clipboard.writeText = async (text) => {
      if (refused) { refused = false; throw new DOMException("no", "NotAllowedError"); }
      window.copied = text;
    };
  } });
  const page = await open(`/books/${book}`, { as: context });
  await ready(page);
  const button = page.locator("[data-do=copy]");
  const text = await page.locator("[data-copied]").innerText();
  await button.click();
  const field = page.locator("dialog textarea");
  assert.equal(await field.inputValue(), text);
  assert.equal(await field.evaluate(({ selectionStart, selectionEnd }) => selectionEnd - selectionStart), text.length);
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  await button.click();
  await page.waitForFunction(() => window.copied);
  assert.equal(await page.evaluate(() => window.copied), text);
});

test("what a link shows elsewhere is there: a picture and icons as pictures", async () => {
  const page = await open("/");
  const address = (selector, name) => page.locator(selector).getAttribute(name);
  const files = [
    await address("meta[property='og:image']", "content"), await address("link[rel='apple-touch-icon']", "href"), "/favicon.ico",
  ];
  for (const file of files) {
    const answer = await fetch(new URL(new URL(file, page.url()).pathname, page.url()));
    assert.equal(answer.status, 200, file);
    assert.match(answer.headers.get("content-type"), /^image\//, file);
  }
});
