// What a browser needs to put the site beside a device's programs, and the hint that it can.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, kept, open, ready, results, shoot, windows } from "./browser.mjs";

const MANIFEST = "/assets/manifest.webmanifest";

test("the manifest is complete, its icons are what it says, and the browser has nothing to object to", async () => {
  const answer = await fetch(base + MANIFEST);
  assert.match(answer.headers.get("content-type"), /^application\/manifest\+json/);
  const manifest = await answer.json();
  const { name, short_name, id, start_url, scope, display, lang, icons, shortcuts } = manifest;
  assert.deepEqual({ short_name, id, start_url, scope, display, lang }, { short_name: "서가", id: "/", start_url: "/", scope: "/", display: "standalone", lang: "ko" });
  assert.match(name, /^서가/);
  const page = await open("/");
  assert.equal(await page.locator("link[rel=manifest]").getAttribute("href"), MANIFEST);
  for (const { src, sizes } of [...icons, ...shortcuts.flatMap((one) => one.icons)]) {
    const size = await page.evaluate(async (src) => {
      const image = Object.assign(new Image(), { src });
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== "any") assert.equal(size, sizes, src);
  }
  const has = (purpose, size) => icons.some((one) => one.purpose === purpose && one.sizes === size);
  assert.ok(has("any", "192x192") && has("any", "512x512") && has("maskable", "512x512"));
  for (const { url } of [{ url: start_url }, ...shortcuts]) assert.equal((await fetch(base + url)).status, 200, url);
  const { errors, url } = await (await page.context().newCDPSession(page)).send("Page.getAppManifest");
  assert.deepEqual([errors, url], [[], base + MANIFEST]);
});

/** What a browser says that can install: not before the page listens. */
const offered = (page) => page.evaluate(() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = () => { window.prompted = true; };
  dispatchEvent(event);
  return event.defaultPrevented;
});

test("the hint to install stands at the end of a page, goes when told to, and comes once", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  const top = async () => (await results(page).first().boundingBox()).y;
  const before = await top();
  assert.ok(await offered(page));
  const hint = page.locator(".install");
  await hint.waitFor();
  assert.equal(await top(), before);
  assert.ok((await hint.boundingBox()).y > windows.phone.height, "it is in the way");
  // Who has not seen it is told again.
  await page.reload();
  await ready(page);
  await offered(page);
  await hint.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => localStorage.getItem("seoga.install.told"));
  await shoot(page, "install-hint");
  await hint.getByRole("button", { name: "닫기" }).click();
  assert.equal(await hint.count(), 0);
  await page.reload();
  await ready(page);
  await offered(page);
  await page.waitForTimeout(300);
  assert.equal(await hint.count(), 0);
  assert.equal(await kept(page, "install.told"), true);
});

test("its button asks the browser; on a shared computer there is none", async () => {
  const page = await open("/");
  await ready(page);
  await offered(page);
  await page.locator(".install button").first().click();
  assert.equal(await page.evaluate(() => window.prompted), true);
  const shared = await open("/");
  await ready(shared);
  await shared.evaluate(() => { document.documentElement.dataset.shared = ""; });
  await offered(shared);
  await shared.waitForTimeout(300);
  assert.equal(await shared.locator(".install").count(), 0);
});
