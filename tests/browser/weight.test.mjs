// What a visitor's line must carry: each budget is of the issue that made it, in bytes of gzip.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { base, box, open, ready } from "./browser.mjs";
import { pages } from "./pages.mjs";

const SCRIPT = 12 * 1024;
const STYLE = 10 * 1024;
const RESULTS = 12 * 1024;
const LIGHT = 12 * 1024;

const weight = async (address) => {
  const answer = await fetch(new URL(address, base));
  return gzipSync(Buffer.from(await answer.arrayBuffer())).length;
};

const used = async (path) => {
  const page = await open(path);
  await ready(page);
  await box(page).fill("파이");
  await page.getByRole("option").first().waitFor();
  return page;
};

async function budgets(page) {
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  const files = [...new Set(loaded)].filter((name) => !name.includes("/api/"));
  const of = (ending) => files.filter((name) => name.endsWith(ending));
  const sum = async (names) => (await Promise.all(names.map(weight))).reduce((all, one) => all + one, 0);
  const [script, style] = [await sum(of(".js")), await sum(of(".css"))];
  console.log(`script ${script} of ${SCRIPT} bytes in ${of(".js").length} files, style ${style} of ${STYLE}`);
  assert.ok(of(".js").length > 1 && script < SCRIPT, `script weighs ${script} bytes`);
  assert.ok(of(".css").length === 1 && style < STYLE, `style weighs ${style} bytes`);
  assert.deepEqual(files.filter((name) => !/\.(js|css|svg)$/.test(name)), []);
}

test("script and style for everything are within their budgets, and nothing else is loaded", async () => {
  const page = await used("/search?q=파이썬");
  const book = await page.locator("main ol[data-query-id] h2 a").first().getAttribute("href");
  await budgets(page);
  await budgets(await used(book));
  await budgets(await used("/libraries"));
});

test("pages of results are within their budget", async () => {
  for (const { name, path } of pages) {
    const bytes = await weight(path);
    console.log(`${name}: ${bytes} bytes`);
    assert.ok(bytes < RESULTS, `${name} weighs ${bytes} bytes of at most ${RESULTS}`);
  }
});

test("the service worker that keeps copies is within its budget", async () => {
  const bytes = await weight("/assets/device/light.js");
  console.log(`light service worker: ${bytes} bytes of ${LIGHT}`);
  assert.ok(bytes > 1000 && bytes < LIGHT, `it weighs ${bytes} bytes`);
});
