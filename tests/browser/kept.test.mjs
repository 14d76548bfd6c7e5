// What a kept catalogue goes through: another generation, an interruption, damage, a core that breaks, its removal.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ready } from "./browser.mjs";
import { generationWith, isKept, keep, open, press, proxied, section, told } from "./device.mjs";

const INDEX = process.env.SEOGA_INDEX;
const ADDED = "9791190000017";
const CHANGING = /\/index\/current\./;
const NEXT = await generationWith(ADDED);

/** The files of an index, as they are asked for. */
const files = async (folder) => (await readdir(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => `GET /index${join(parentPath, name).slice(folder.length)}`);
/** What was asked of the index since a moment, but for what changes under its name. */
const asked = (state, from = 0) => state.asked.slice(from).filter((line) => line.startsWith("GET /index/") && !CHANGING.test(line)).sort();
const never = (folder) => files(folder).then((all) => all.filter((line) => !CHANGING.test(line)).sort());

async function visit(index = INDEX) {
  const { state, site } = await proxied();
  state.index = index;
  const page = await open("/");
  page.expected = /Failed to load resource|ERR_/;
  return { state, site, page };
}

test("of the next generation only files of a new name are fetched, and what is not in it goes", async () => {
  const { state, site, page } = await visit();
  await keep(page, site);
  assert.deepEqual(asked(state), await never(INDEX), "each file once");
  const from = state.asked.length;
  state.index = NEXT;
  await page.goto(`${site}/about`);
  await section(page).getByText("새 자료가 있습니다").waitFor();
  await press(page, "내려받기");
  await isKept(page);
  const [before, after] = await Promise.all([INDEX, NEXT].map(never));
  const fresh = after.filter((line) => !before.includes(line));
  assert.ok(fresh.length > 0 && fresh.length < after.length, `${fresh.length} of ${after.length} files are new`);
  assert.deepEqual(asked(state, from), fresh);
  const left = await page.evaluate(async () => (await (await caches.open("seoga-catalogue")).keys()).map(({ url }) => `GET ${new URL(url).pathname}`));
  assert.deepEqual(left.sort(), (await files(NEXT)).sort());
});

test("answers are of one generation or of the other while the next one is kept, in a tab that was there, too", async () => {
  const { state, site, page } = await visit();
  await keep(page, site);
  const old = await page.context().newPage();
  old.expected = page.expected;
  state.answers = { "GET /api/search": 503, "GET /search": 503 };
  // With a filter: an ISBN alone would be sent on to its book, which the edge does not have.
  await old.goto(`${site}/search?q=${ADDED}&lang=en`);
  await ready(old);
  const first = await old.evaluate(() => document.documentElement.dataset.generation);
  state.index = NEXT;
  // Asked again and again until it is over, and a while after.
  await old.evaluate((isbn) => {
    window.seen = [];
    window.over = false;
    const ask = async () => {
      const { generation, total } = await (await fetch(`/api/search?q=${isbn}`, { cache: "no-store" })).json();
      window.seen.push(`${generation} ${total}`);
      if (!window.over) await ask();
    };
    window.asking = ask();
  }, ADDED);
  await page.goto(`${site}/about`);
  await section(page).getByText("새 자료가 있습니다").waitFor();
  await press(page, "내려받기");
  await isKept(page);
  const seen = await old.evaluate(async () => { window.over = true; await window.asking; return window.seen; });
  const second = (await told(page, "kept")).generation;
  assert.notEqual(first, second);
  const moved = seen.indexOf(`${second} 1`);
  assert.ok(moved > 0, `${seen.length} answers, the last of ${seen.at(-1)}`);
  assert.deepEqual([...new Set(seen.slice(0, moved))], [`${first} 0`]);
  assert.deepEqual([...new Set(seen.slice(moved))], [`${second} 1`], "never back");
  await old.reload();
  await ready(old);
  assert.equal(await old.evaluate(() => document.documentElement.dataset.generation), second);
});

test("what was interrupted goes on where it was", async () => {
  const { state, site, page } = await visit();
  await page.goto(`${site}/about`);
  const most = 70;
  state.damage = (path, bytes) => (asked(state).length > most ? Buffer.alloc(0) : bytes);
  await press(page, "내려받기");
  await section(page).getByText("다 내려받지 못했습니다").waitFor();
  state.damage = null;
  const had = await page.evaluate(async () => (await (await caches.open("seoga-catalogue")).keys()).map(({ url }) => `GET ${new URL(url).pathname}`));
  assert.ok(had.length > 40 && had.length <= most, `${had.length} files are there`);
  assert.equal(await told(page, "kept"), null, "what is not whole is not in force");
  const from = state.asked.length;
  await press(page, "내려받기");
  await isKept(page);
  const again = asked(state, from);
  assert.deepEqual(again.filter((line) => had.includes(line)), []);
  assert.equal(again.length, (await never(INDEX)).length - had.length);
});

test("a damaged file is not kept: it is fetched again, past the browser's own cache", async () => {
  const { state, site, page } = await visit();
  const [wanted] = (await never(INDEX)).slice(-1);
  let damaged = 0;
  state.damage = (path, bytes) => {
    if (`GET ${path}` !== wanted || damaged) return bytes;
    damaged += 1;
    return Buffer.from(bytes.map((byte, n) => (n === 40 ? byte ^ 1 : byte)));
  };
  await keep(page, site);
  assert.equal(damaged, 1);
  assert.equal(asked(state).filter((line) => line === wanted).length, 2);
});

test("a core that breaks says so, and another answers the next request", async () => {
  const { state, site, page } = await visit();
  page.expected = /Failed to load resource|ERR_|RuntimeError|panicked|"level":"error"/;
  await keep(page, site);
  state.mode = "cut";
  const path = `${site}/search?q=파이썬`;
  await page.goto(path);
  const books = await page.locator("#books").innerText();
  // Those of other sites, and the one for copies that it took the place of, may be listed still.
  const worker = page.context().serviceWorkers().find((one) => one.url().startsWith(site) && one.url().endsWith("/worker.js"));
  // A body that says it is longer than the WASM has addresses for: its allocator gives up, which ends the instance.
  await worker.evaluate(() => {
    const Bytes = Uint8Array;
    globalThis.Uint8Array = function (...given) {
      const made = new Bytes(...given);
      if (made.length || !(given[0] instanceof ArrayBuffer)) return made;
      globalThis.Uint8Array = Bytes;
      return Object.defineProperty(made, "length", { value: 3_000_000_000 });
    };
  });
  const broken = await page.goto(path);
  assert.equal(broken.status(), 503);
  assert.match(await page.locator("h1").first().innerText(), /잠시 후 다시/);
  await page.goto(path);
  assert.equal(await page.locator("#books").innerText(), books);
  assert.equal((await told(page, "state")).pending, 0);
});

test("a program that is damaged is fetched again, and where it cannot be the page says so", async () => {
  const { state, site, page } = await visit();
  page.expected = /Failed to load resource|ERR_|CompileError|WebAssembly/;
  await keep(page, site);
  const path = `${site}/search?q=파이썬`;
  const damage = async () => {
    await page.evaluate(async () => {
      const [name] = (await caches.keys()).filter((name) => name.startsWith("seoga-program-"));
      const cache = await caches.open(name);
      const module = (await cache.keys()).find(({ url }) => url.endsWith(".wasm"));
      await cache.put(module, new Response(new Uint8Array(64), { headers: { "content-type": "application/wasm" } }));
    });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("ServiceWorker.enable");
    await cdp.send("ServiceWorker.stopAllWorkers");
  };
  await damage();
  state.mode = "cut";
  assert.equal((await page.goto(path)).status(), 503);
  assert.match(await page.locator("h1").first().innerText(), /잠시 후 다시/);
  state.mode = "through";
  state.answers = { "GET /search": 503 };
  await page.goto(path);
  await page.locator("#books li").first().waitFor();
  state.mode = "cut";
  await page.goto(path);
  await page.locator("#books li").first().waitFor();
});

test("removal leaves nothing but what the visitor chose to keep", async () => {
  const { site, page } = await visit();
  await keep(page, site);
  await page.evaluate(() => {
    localStorage.setItem("seoga.list", '["9791190000017"]');
    const now = Date.now();
    const pick = { user_id: "u", question: "?q=a", generation: "x", isbn13: "1", at: now, due: now + 1e6, failed: 0 };
    localStorage.setItem("seoga.choices", JSON.stringify([pick]));
  });
  await press(page, "지우기");
  await page.waitForFunction(() => document.querySelector("[data-device-forget]").disabled);
  const left = await page.evaluate(async () => [
    await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length, await indexedDB.databases(), Object.keys(localStorage), Object.keys(sessionStorage),
  ]);
  assert.deepEqual(left, [[], 0, [], ["seoga.list"], []]);
});
