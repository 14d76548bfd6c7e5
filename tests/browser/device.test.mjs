// A catalogue kept on the device, of an edge: the edge is asked first, and where it cannot answer, the device does and says so. The edge
// is the worker that ships, behind a proxy that the test cuts or has refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, box, faults, ready, shoot, windows } from "./browser.mjs";
import { keep, open, press, proxied, script } from "./device.mjs";

/** The text of results, and what the page says of where they are from. */
const shown = async (page) => ({
  books: await page.locator("#books").innerText(),
  why: await page.evaluate(() => document.documentElement.dataset.answered),
});

test("without a network, over a limit or a failure the kept catalogue answers and says so", async () => {
  const { state, site } = await proxied();
  const page = await open("/", { window: windows.phone });
  page.expected = /Failed to load resource/;
  await page.goto(`${site}/about`);
  assert.doesNotMatch(await script(page), /\/worker\.js$/, "who does not ask for it gets none");
  await keep(page, site);
  const path = `${site}/search?q=파이썬`;
  await page.goto(path);
  await ready(page);
  const theirs = await shown(page);
  assert.equal(theirs.why, undefined);
  assert.ok(await page.locator("#books[data-query-id]").count(), "the edge's own answer, which a pick can be told of");
  for (const [mode, why, told] of [["cut", "offline", /연결이 없어/], [429, "busy", /답하지 못해/], [503, "busy", /답하지 못해/]]) {
    state.mode = mode;
    await page.goto(path);
    await ready(page);
    assert.deepEqual(await shown(page), { books: theirs.books, why }, `${mode}`);
    await page.locator("p.said").filter({ hasText: told }).waitFor();
    assert.equal(await page.locator("[data-query-id]").count(), 0, "a device signs nothing");
    if (mode === "cut") await shoot(page, "device-offline");
    // In place, by a form.
    await box(page).fill("자바");
    await box(page).press("Enter");
    await page.waitForURL(/q=%EC%9E%90%EB%B0%94/);
    await page.locator("#books li").first().waitFor();
    await page.locator("#books h2 a").first().click();
    await page.waitForSelector("#held");
    await page.goto(`${site}/list`);
    await page.waitForSelector("main h1");
  }
  state.mode = "through";
  await page.goto(path);
  await ready(page);
  assert.deepEqual(await shown(page), theirs, "the edge again");
  assert.deepEqual(await faults(page), []);
});

test("a catalogue is kept though nobody answers whether it may stay for good", async () => {
  const { site } = await proxied();
  // Firefox asks, and waits.
  const page = await open("/", { init: () => { if (navigator.storage) navigator.storage.persist = () => new Promise(() => {}); } });
  await keep(page, site);
});

test("a choice is never answered by the device", async () => {
  const { state, site } = await proxied();
  const page = await open("/");
  page.expected = /Failed to load resource/;
  await keep(page, site);
  state.mode = "cut";
  const sent = await page.evaluate(() => fetch("/user-choice", { method: "POST", body: "{}" }).then(({ status }) => status, () => "failed"));
  assert.equal(sent, "failed");
});

test("removal leaves nothing on the device, and the next page keeps copies again", async () => {
  const { site } = await proxied();
  const page = await open("/");
  await keep(page, site);
  await press(page, "지우기");
  await page.waitForFunction(() => document.querySelector("[data-device-forget]").disabled);
  const left = await page.evaluate(async () => [await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length]);
  assert.deepEqual(left, [[], 0]);
  await page.goto(`${site}/libraries`);
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration())?.active?.scriptURL.endsWith("/light.js"));
  // What the page still loads is no complaint of it.
  await page.waitForLoadState("networkidle");
});

test("the service worker may compile, which no page may", async () => {
  const { worker } = await import(`data:text/javascript,${encodeURIComponent(await (await fetch(`${base}/assets/host.js`)).text())}`);
  const answer = await fetch(`${base}${worker}`);
  assert.equal(answer.headers.get("service-worker-allowed"), "/");
  assert.match(answer.headers.get("content-security-policy"), /script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'/);
  for (const path of ["/", "/about", "/search?q=파이썬"]) {
    assert.doesNotMatch((await fetch(`${base}${path}`)).headers.get("content-security-policy"), /wasm/, path);
  }
});
