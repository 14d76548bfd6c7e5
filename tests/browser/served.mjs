// What is served, for whatever browser looks at it: `cargo xtask test` names it in the environment.
import assert from "node:assert/strict";

/** A setting, without which no test begins. */
export const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set; run: cargo xtask test --only browser`);
  return process.env[name];
};

/** Where the pages are. */
export const base = need("SEOGA_BASE");

/** Where the same pages are on a build with test hooks, over a catalogue whose text is markup. */
export const hooked = need("SEOGA_HOOKED_BASE");

/** What the store holds of a visitor, by the operator's own export. */
export async function stored(user, at = base) {
  const since = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const found = [];
  for (let cursor = ""; cursor !== undefined; ) {
    const answer = await fetch(`${at}/admin/choices?since=${since}${cursor && `&cursor=${cursor}`}`, {
      headers: { authorization: "Bearer dev-admin-token" },
    });
    assert.equal(answer.status, 200);
    found.push(...(await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line)));
    cursor = answer.headers.get("x-next-cursor") ?? undefined;
  }
  return found.filter((record) => record.user_id === user);
}
