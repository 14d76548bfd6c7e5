// A visitor who keeps the catalogue of an edge.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { open as opened } from "./browser.mjs";

export { count, proxied } from "./proxy.mjs";

/** Opens a page as `browser.mjs` does, with service workers. */
export const open = (path, options = {}) => opened(path, { workers: "allow", ...options });

export const section = (page) => page.locator("[data-device]");
export const press = (page, name) => section(page).getByRole("button", { name }).click();

/** The script of the service worker there is, or nothing. */
export const script = (page) => page.evaluate(async () => {
  const { active, waiting, installing } = (await navigator.serviceWorker.getRegistration()) ?? {};
  return (active ?? waiting ?? installing)?.scriptURL ?? "";
});

/** Keeps the catalogue as a visitor does. */
export async function keep(page, site) {
  await page.goto(`${site}/about`);
  await section(page).waitFor();
  assert.match(await section(page).innerText(), /MB/, "the size is told before");
  await press(page, "내려받기");
  await isKept(page);
  assert.match(await script(page), /\/worker\.js$/);
  const names = await page.evaluate(() => caches.keys());
  assert.ok(!names.some((name) => name.startsWith("seoga-light")), `copies of pages are there still: ${names}`);
}

export const isKept = (page) => page.waitForFunction(() => /MB를 두었습니다\.$/.test(document.querySelector("[data-device-state]").textContent));

/** Asks the service worker for a deed. */
export const told = (page, deed) => page.evaluate(async (deed) => {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { value, error } }) => (error ? reject(new Error(error)) : resolve(value));
    active.postMessage({ do: deed }, [port2]);
  });
}, deed);

/** Builds the index of the sample catalogue with a book more, after the one that is served: another generation. Gives its folder. */
export async function generationWith(isbn) {
  const folder = await mkdtemp(join(tmpdir(), "seoga-generation-"));
  after(() => rm(folder, { recursive: true }));
  const run = (...args) => {
    const { status, stderr } = spawnSync(process.env.SEOGA_INDEX_BUILDER, args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  const catalogue = join(folder, "catalogue");
  run("generate", "--books", "2000", "--seed", "1", "--out", catalogue);
  const holdings = join(catalogue, "holdings");
  const [first] = (await readdir(holdings)).sort();
  await appendFile(join(holdings, first), `"9999","A Book of Later Days","Some Body","Later Press","2025","${isbn}","","","","005.1","1","1","2025-08-29",\n`);
  run("build", "--catalogue", catalogue, "--previous", process.env.SEOGA_INDEX, "--out", join(folder, "index"));
  return join(folder, "index");
}
