// A site on a plain file server (`index-builder site`, Python's own server): every page and answer is the edge's, made in the browser.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { base, faults, ready, shoot, windows } from "./browser.mjs";
import { open, told } from "./device.mjs";

const { SEOGA_INDEX: index, SEOGA_PROGRAM: program, SEOGA_INDEX_BUILDER: builder } = process.env;
const folder = await mkdtemp(join(tmpdir(), "seoga-site-"));
after(() => rm(folder, { recursive: true }));
const run = (...args) => {
  const { status, stderr } = spawnSync(builder, args, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
};
run("site", index, "--program", program, "--out", join(folder, "site"));
/** Starts Python's file server over the site; gives its address. */
async function served(stop = null) {
  const server = spawn("python3", ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", join(folder, "site")]);
  after(() => server.kill());
  if (stop) stop.now = () => new Promise((done) => server.once("exit", done) && server.kill());
  const said = await new Promise((resolve, reject) => {
    server.stdout.once("data", resolve);
    server.once("error", reject);
  });
  return `http://127.0.0.1:${/port (\d+)/.exec(said)[1]}`;
}
const site = await served();

test("a first visit to any shared address opens that page", async () => {
  const { results: [book] } = await (await fetch(`${base}/api/search?q=파이썬`)).json();
  for (const [path, shown] of [["/", "#q"], ["/search?q=파이썬", "#books li"], [`/books/${book.id}`, "#held"], ["/libraries", "main li"], ["/list", "main h1"]]) {
    const page = await open(`${site}${path}`, { window: windows.phone });
    await page.waitForSelector(`html[data-generation] ${shown}`);
    const { pathname, search } = new URL(page.url());
    assert.equal(decodeURI(pathname + search), path);
    if (path.startsWith("/search")) await shoot(page, "file-server");
    assert.deepEqual(await faults(page), []);
  }
});

test("without script the page says what it needs", async () => {
  const page = await open(`${site}/search?q=파이썬`, { script: false });
  assert.match(await page.locator("noscript, body").first().innerText(), /스크립트/);
});

test("questions that nobody waits for leave nothing behind", async () => {
  const page = await open(`${site}/`);
  await page.waitForSelector("html[data-generation]");
  const ask = (n) => page.evaluate(async (n) => {
    const one = (i) => {
      const given = new AbortController();
      const answer = fetch(`/api/search?q=${String.fromCharCode(0xac00 + ((n + i) * 37) % 11172)}`, { signal: given.signal }).catch(() => {});
      setTimeout(() => given.abort(), i % 5);
      return answer;
    };
    await Promise.all(Array.from({ length: 100 }, (_, i) => one(i)));
  }, n);
  const settled = async () => {
    let now = await told(page, "state");
    for (let tries = 0; now.pending && tries < 100; tries += 1) {
      await page.waitForTimeout(100);
      now = await told(page, "state");
    }
    return now;
  };
  await ask(0);
  const before = await settled();
  for (let n = 100; n < 500; n += 100) await ask(n);
  const { pending, bytes } = await settled();
  assert.equal(pending, 0, `${pending} handles are left`);
  assert.ok(bytes <= before.bytes + 16 * 2 ** 20, `the WASM grew from ${before.bytes} to ${bytes} bytes`);
  assert.ok((await page.evaluate(async () => (await fetch("/api/search?q=파이썬")).json())).total > 0);
});

test("a kept catalogue answers without a network, and is gone when it is removed", async () => {
  const stop = {};
  const other = await served(stop);
  const page = await open(`${other}/about`, { window: windows.phone });
  const section = page.locator("[data-device]");
  await section.waitFor();
  assert.match(await section.innerText(), /MB/, "the size is told before");
  await section.getByRole("button", { name: "내려받기" }).click();
  await page.waitForFunction(() => /두었습니다/.test(document.querySelector("[data-device-state]").textContent));
  const kept = await told(page, "kept");
  const pointer = JSON.parse(await readFile(join(index, "current.json"), "utf8"));
  assert.deepEqual([kept.generation, kept.bytes], [pointer.generation, pointer.bytes]);
  const path = "/search?q=파이썬";
  await page.goto(`${other}${path}`);
  // What script adds to a result is part of it.
  await ready(page);
  const before = await page.locator("#books").innerText();
  await stop.now();
  // A service worker that is started anew remembers nothing but what it keeps.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("ServiceWorker.enable");
  await cdp.send("ServiceWorker.stopAllWorkers");
  await page.goto(`${other}${path}`);
  await ready(page);
  assert.equal(await page.locator("#books").innerText(), before);
  await page.locator("#books h2 a").first().click();
  await page.waitForSelector("#held");
  await page.goto(`${other}/about`);
  await section.getByRole("button", { name: "지우기" }).click();
  await page.waitForFunction(() => document.querySelector("[data-device-forget]").disabled);
  const left = await page.evaluate(async () => (await caches.keys()).filter((name) => !name.startsWith("seoga-program-")));
  assert.deepEqual(left, []);
  page.expected = /Failed to load resource/;
  assert.deepEqual(await faults(page), []);
});
