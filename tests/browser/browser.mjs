// Pages in the machine's own Chromium, for the tests beside this file. It finds no browser and starts no server:
// `cargo xtask test` names both in the environment. Every page is watched: script errors, what the content security
// policy refused, failed requests and shifts of the layout fail the test that opened it, unless it expects them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach } from "node:test";
import { chromium } from "playwright-core";
import { base, hooked, need } from "./served.mjs";

export { base, hooked };

/** Windows that pages are looked at in, in CSS pixels. */
export const windows = {
  narrow: { width: 320, height: 640 }, phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 },
};

const browser = await chromium.launch({
  executablePath: need("SEOGA_BROWSER"),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
after(() => browser.close());

const contexts = new Set();
const pages = new Set();

/** Sums the shifts of the layout that no input of the visitor explains; runs in the page before anything else. */
function watchLayout() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) window.shifts.push({ value: entry.value, of: entry.sources.map(({ node }) => node?.nodeName) });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/**
 * A visitor: a context of its own, with its own storage. Service workers are let in by tests of them alone: what a page asks for by way of
 * one cannot be held back or answered by a test.
 */
export async function visitor({ workers = "block", window = windows.desktop, script = true, locale = "ko-KR", scheme = "light", init = null } = {}) {
  const context = await browser.newContext({
    baseURL: base, serviceWorkers: workers, viewport: window, javaScriptEnabled: script, locale, colorScheme: scheme,
  });
  // Long, for a machine that does other work beside.
  context.setDefaultTimeout(30_000);
  contexts.add(context);
  if (script) await context.addInitScript(watchLayout);
  if (init) await context.addInitScript(init);
  context.on("page", watch);
  return context;
}

function watch(page) {
  if (page.complaints) return page;
  page.complaints = [];
  /** What a test expects the page to complain of. */
  page.expected = /$^/;
  page.on("pageerror", (error) => page.complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(`console: ${message.text()}`);
  });
  pages.add(page);
  return page;
}

/** Opens a page as a visitor of its own, or as one who is there already. */
export async function open(path, options = {}) {
  const context = options.as ?? (await visitor(options));
  const page = watch(await context.newPage());
  page.hasScript = options.script !== false;
  await page.goto(path);
  return page;
}

/** What a page must not have done, as text; empty when all is well. */
export async function faults(page) {
  const found = page.complaints.filter((complaint) => !page.expected.test(complaint));
  if (page.hasScript && !page.isClosed()) {
    const shifts = await page.evaluate(() => window.shifts).catch(() => []);
    // Less is a rounding of sub-pixels that no eye sees.
    const seen = (shifts ?? []).filter(({ value }) => value > 0.0001);
    found.push(...seen.map(({ value, of }) => `the layout shifted by ${value}: ${of.join(" ")}`));
  }
  return found;
}

afterEach(async () => {
  const found = [];
  for (const page of pages) found.push(...(await faults(page)).map((fault) => `${page.url()}: ${fault}`));
  for (const context of contexts) await context.close();
  contexts.clear();
  pages.clear();
  assert.deepEqual(found, []);
});

/** Waits until script has mounted what it adds. */
export const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.script !== undefined);

/** The search box, whatever role it has. */
export const box = (page) => page.locator("form.search input[name=q]");

/** The results, in order. */
export const results = (page) => page.locator("main ol[data-query-id] > li");

/** Puts the results into another order. */
export async function order(page, sort) {
  if (!(await page.locator(".sorts[open]").count())) await page.locator(".sorts summary").click();
  await page.locator(`.sorts a[href*='sort=${sort}']`).click();
}

/** What stands under a key of this device's storage. */
export const kept = (page, key) => page.evaluate((key) => JSON.parse(localStorage.getItem(`seoga.${key}`)), key);

/** Keeps a picture of the page, or of what its window shows, in build/screenshots, for a person to look at. */
export async function shoot(page, name, fullPage = true) {
  await page.screenshot({ path: join(need("SEOGA_SCREENSHOTS"), `${name}.png`), fullPage });
}

/**
 * Holds requests back. `held` is fulfilled when the first of them has left the page, which one that is given up earlier
 * never does; `release` lets all go on.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} pattern of their addresses, as `page.route` takes it
 * @param {(address: URL) => boolean} [isHeld] tells which of them; by default all are
 */
export async function hold(page, pattern, isHeld = () => true) {
  const held = Promise.withResolvers();
  const released = Promise.withResolvers();
  await page.route(pattern, async (route) => {
    if (isHeld(new URL(route.request().url()))) {
      held.resolve();
      await released.promise;
    }
    await route.continue().catch(() => {});
  });
  return { held: held.promise, release: released.resolve };
}
