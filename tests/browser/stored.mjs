// What the store holds of choices of a page's visitor, and what waits on a device to be sent.
import assert from "node:assert/strict";
import { kept } from "./browser.mjs";
import { stored } from "./served.mjs";

/** Waits until the store holds so many picks of the page's visitor. */
export async function storedWithin(page, count, at) {
  const user = await kept(page, "visitor");
  let found = [];
  for (let turn = 0; turn < 50 && found.length < count; turn += 1) {
    found = await stored(user, at);
    if (found.length < count) await page.waitForTimeout(100);
  }
  assert.equal(found.length, count, `the store holds ${JSON.stringify(found)}`);
  return found;
}

/** Puts what waits on this device off to a moment, in ms from now. */
export const due = (page, wait) => page.evaluate((wait) => {
  const picks = JSON.parse(localStorage.getItem("seoga.choices"));
  localStorage.setItem("seoga.choices", JSON.stringify(picks.map((pick) => ({ ...pick, due: Date.now() + wait }))));
}, wait);

/** Waits until nothing waits. */
export const emptied = (page) => page.waitForFunction(() => localStorage.getItem("seoga.choices") === "[]");
