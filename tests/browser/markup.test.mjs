// A catalogue whose titles, names, keywords and addresses are markup: it is shown as the text that it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { box, hooked, open, ready } from "./browser.mjs";

const BOOK = "9791190000017";
// As the rule for titles shows an equals sign.
const SHOWN = '<script>document.title = "깨진 책"</script>';
const pages = {
  "/": "",
  "/search?q=책": SHOWN,
  [`/search?q=${encodeURIComponent("<img src=x onerror=alert(0)>")}`]: "<img",
  [`/books/${BOOK}`]: SHOWN,
  "/books/9791190000031": "</title></head><h1>큰 책</h1>",
  "/libraries": '"><script>alert(11)</script>',
  [`/${encodeURIComponent("<script>alert(0)</script>")}`]: "",
};

for (const [path, text] of Object.entries(pages)) {
  test(`markup stays text on ${decodeURIComponent(path)}`, async () => {
    const page = await open("about:blank");
    page.expected = /status of 404/;
    page.on("dialog", (dialog) => page.complaints.push(`a dialog: ${dialog.message()}`));
    await page.goto(hooked + path);
    await ready(page);
    assert.ok((await page.locator("body").innerText()).includes(text), `${text} is not to be read`);
    assert.equal(await page.locator("h1").count(), 1);
    const alien = page.locator("main :is(script:not([type='application/ld+json']), style, svg:not(.dots), iframe, b, i, [onerror], [onclick], [onload])");
    assert.deepEqual(await alien.evaluateAll((found) => found.map((element) => element.outerHTML)), []);
    assert.deepEqual(await page.locator("main img:not(.cover)").count(), 0);
    const links = await page.locator("a[href]").evaluateAll((found) => found.map(({ protocol }) => protocol));
    assert.deepEqual(links.filter((protocol) => !/^(?:https?|tel):$/.test(protocol)), []);
    assert.notEqual(await page.title(), "깨진 책");
  });
}

test("markup in suggestions stays text", async () => {
  const page = await open(`${hooked}/`);
  page.on("dialog", (dialog) => page.complaints.push(`a dialog: ${dialog.message()}`));
  await ready(page);
  await box(page).focus();
  await page.keyboard.insertText("책");
  await page.getByRole("option").first().waitFor();
  const options = page.locator("[role=listbox]");
  assert.match(await options.innerText(), /</, "no suggestion has markup in it; the test shows nothing");
  assert.deepEqual(await options.evaluate((list) => [...new Set([...list.querySelectorAll("*")].map(({ tagName }) => tagName))].sort()), ["LI", "MARK", "SMALL", "SPAN"]);
});

test("what the policy forbids is noticed", async () => {
  const page = await open(`${hooked}/`);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.broken = true";
    document.head.append(script);
  });
  assert.equal(await page.evaluate(() => window.broken), undefined);
  assert.equal(page.complaints.length, 1, "an inline script ran, or nobody noticed");
  page.expected = /Content Security Policy/;
});
