// A page in the machine's own Chromium, for the tests beside this file. It finds no browser and starts no server:
// `cargo xtask test` names both in the environment.
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set; run: cargo xtask test --only browser`);
  return process.env[name];
};

/** Where the pages are. */
export const base = need("SEOGA_BASE");

/** Windows that pages are looked at in, in CSS pixels. */
export const windows = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } };

const browser = await chromium.launch({
  executablePath: need("SEOGA_BROWSER"),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
after(() => browser.close());

/**
 * Opens a page in a context of its own. What the page complains of (script errors, refused resources) is kept in
 * `page.complaints`.
 */
export async function open(path, { window = windows.desktop, script = true, locale = "ko-KR", scheme = "light" } = {}) {
  const context = await browser.newContext({
    baseURL: base, viewport: window, javaScriptEnabled: script, locale, colorScheme: scheme,
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`script: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.complaints.push(`console: ${message.text()}`);
  });
  await page.goto(path);
  return page;
}

/** Keeps a picture of the page in build/screenshots, for a person to look at. */
export async function shoot(page, name) {
  await page.screenshot({ path: join(need("SEOGA_SCREENSHOTS"), `${name}.png`), fullPage: true });
}
