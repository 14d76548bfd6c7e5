// What the store holds of choices, and what waits on a device to be sent.
import assert from "node:assert/strict";
import { base, kept } from "./browser.mjs";

/** What the store holds of a visitor, by the operator's own export. */
export async function stored(page, user, at = base) {
  const since = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const found = [];
  for (let cursor = ""; cursor !== undefined; ) {
    const answer = await page.request.get(`${at}/admin/choices?since=${since}${cursor && `&cursor=${cursor}`}`, {
      headers: { authorization: "Bearer dev-admin-token" },
    });
    assert.equal(answer.status(), 200);
    found.push(...(await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line)));
    cursor = answer.headers()["x-next-cursor"];
  }
  return found.filter((record) => record.user_id === user);
}

/** Waits until the store holds so many picks of the page's visitor. */
export async function storedWithin(page, count, at) {
  const user = await kept(page, "visitor");
  let found = [];
  for (let turn = 0; turn < 50 && found.length < count; turn += 1) {
    found = await stored(page, user, at);
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
