// Picks from the results: stored once, never waited for, kept while network or store fail, and the visitor's to refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hold, hooked, kept, open, ready, results } from "./browser.mjs";
import { stored } from "./served.mjs";
import { due, emptied, storedWithin } from "./stored.mjs";

const RESULTS = "/search?q=파이썬";
// No book answers it.
const NOTHING = "/search?q=쀍뛟쀍&class=8";

/** The press by which a visitor says that none of the results is it. */
const noneOfThese = (page) => page.locator("[data-none]");

const isChoice = (request, type) => request.url().endsWith("/user-choice") && request.resourceType() === type;
const beaconed = (page) => page.waitForRequest((request) => isChoice(request, "ping"));
// Any tab of the visitor may be the one that sends again; what answers the beacon is not what is waited for.
const answered = (page) => page.context().waitForEvent("response", (answer) => isChoice(answer.request(), "fetch"));

/** Counts what a page, or all of a visitor's pages, send of choices from now on. */
function choicesOf(pages) {
  const sent = { count: 0 };
  pages.on("request", (request) => { sent.count += request.url().endsWith("/user-choice"); });
  return sent;
}

/**
 * Waits for a request of the page that comes after all that it sends because of what happened so far: a beacon leaves in
 * the click itself, and what is due is sent under a lock, which is had here once it was all sent. Requests of a page are
 * told in their order.
 */
async function allSent(page) {
  const last = page.waitForRequest(/\/api\/status\?after$/);
  await page.evaluate(async () => {
    await navigator.locks.request("seoga", () => {});
    await fetch("/api/status?after");
  });
  await last;
}

/** Opens the first book in a tab of its own, so that the results stay. */
async function pickAside(page) {
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    results(page).first().locator("h2 a").click({ modifiers: ["Control"] }),
  ]);
  return tab;
}

test("opening a book stores the pick once, however often it is sent", async () => {
  const page = await open(RESULTS);
  await ready(page);
  const isbn13 = await results(page).first().getAttribute("data-isbn13");
  const beacon = beaconed(page);
  await results(page).first().locator("h2 a").click();
  await beacon;
  await page.waitForURL(/\/books\//);
  const [record] = await storedWithin(page, 1);
  assert.equal(record.isbn13, isbn13);
  assert.equal(record.query, "파이썬");
  assert.equal(record.rank, 1);
  // Nobody saw the beacon's answer, so the pick waits to be sent again, and goes when it is known to be stored.
  assert.equal((await kept(page, "choices")).length, 1);
  const answer = answered(page);
  await due(page, 0);
  await page.reload();
  assert.equal((await answer).status(), 200);
  await emptied(page);
  await storedWithin(page, 1);
});

test("none of these is sent and stored once, without a book", async () => {
  const page = await open(NOTHING);
  await ready(page);
  const sent = choicesOf(page);
  const beacon = beaconed(page);
  await noneOfThese(page).focus();
  await page.keyboard.press("Enter");
  await beacon;
  assert.match(await noneOfThese(page).textContent(), /도서관에 알립니다/);
  await page.getByRole("status").filter({ hasText: "도서관에 알립니다" }).waitFor();
  const [record] = await storedWithin(page, 1);
  assert.deepEqual([record.isbn13, record.query, record.class, "rank" in record], [null, "쀍뛟쀍", "8", false]);
  await noneOfThese(page).click();
  await allSent(page);
  assert.equal(sent.count, 1, "a second press says nothing new");
  const answer = answered(page);
  await due(page, 0);
  await page.reload();
  assert.equal((await answer).status(), 200);
  await emptied(page);
  await storedWithin(page, 1);
});

test("none of these without network is kept and sent when the network is back", async () => {
  const page = await open(NOTHING);
  page.expected = /ERR_INTERNET_DISCONNECTED/;
  await ready(page);
  await page.context().setOffline(true);
  await noneOfThese(page).click();
  assert.deepEqual((await kept(page, "choices")).map(({ none, isbn13 }) => [none, isbn13]), [[true, undefined]]);
  const answer = answered(page);
  await page.context().setOffline(false);
  assert.equal((await answer).status(), 201);
  await emptied(page);
  assert.equal((await storedWithin(page, 1))[0].isbn13, null);
});

test("books that answer directly have no such press beside them, those of another reading have", async () => {
  const page = await open(RESULTS);
  await ready(page);
  assert.equal(await noneOfThese(page).count(), 0);
  await page.goto("/search?q=vkdlTjs");
  await ready(page);
  assert.ok((await results(page).count()) > 0 && (await noneOfThese(page).isVisible()));
});

test("a pick is not sent again before a store can know it, and then by the page that stayed open", async () => {
  const page = await open("/");
  await page.clock.install();
  await page.goto(RESULTS);
  await ready(page);
  // Time goes on only as the test says, and the tab is gone: it could send as well.
  await page.clock.pauseAt(Date.now() + 60_000);
  const tab = await pickAside(page);
  await storedWithin(page, 1);
  await tab.close();
  let requests = 0;
  page.on("request", (request) => { requests += request.url().endsWith("/user-choice"); });
  await page.clock.runFor(60_000);
  assert.equal(requests, 0);
  const answer = answered(page);
  await page.clock.runFor(40_000);
  assert.equal((await answer).status(), 200);
  await emptied(page);
});

test("the visitor does not wait for a store that hangs", async () => {
  const page = await open(RESULTS);
  await ready(page);
  const { release } = await hold(page, "**/user-choice");
  await results(page).first().locator("h2 a").click();
  await page.waitForURL(/\/books\//, { timeout: 5000 });
  await page.getByRole("heading", { level: 1 }).waitFor();
  release();
});

test("a pick without network is kept and sent when the network is back", async () => {
  const page = await open(RESULTS);
  page.expected = /ERR_INTERNET_DISCONNECTED/;
  await ready(page);
  await page.context().setOffline(true);
  const tab = await pickAside(page);
  tab.expected = /ERR_INTERNET_DISCONNECTED/;
  assert.equal((await kept(page, "choices")).length, 1);
  const answer = answered(page);
  await page.context().setOffline(false);
  assert.equal((await answer).status(), 201);
  await emptied(page);
  await storedWithin(page, 1);
});

test("a store that fails is asked again when it said, and has the pick once", async () => {
  const page = await open(`${hooked}/search?q=책`);
  page.expected = /status of 503/;
  await ready(page);
  // Headers of the context, as a request that outlives its page is not always one that a route sees.
  await page.context().setExtraHTTPHeaders({ "x-test-store": "put=failed" });
  const sent = choicesOf(page.context());
  const tab = await pickAside(page);
  tab.expected = page.expected;
  await tab.waitForURL(/\/books\//);
  await page.waitForFunction(() => localStorage.getItem("seoga.choices"));
  assert.deepEqual(await stored(await kept(page, "visitor"), hooked), []);
  const refusal = answered(page);
  await due(page, 0);
  await page.reload();
  assert.equal((await refusal).status(), 503);
  const retry = Number((await refusal).headers()["retry-after"]) * 1000;
  assert.ok(retry > 0);
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("seoga.choices"))[0].failed === 1);
  const [pick] = await kept(page, "choices");
  const wait = pick.due - (await page.evaluate(() => Date.now()));
  assert.ok(wait <= retry && wait > retry - 5000, `it waits ${wait} ms of ${retry}`);
  const before = sent.count;
  await page.reload();
  await ready(page);
  await allSent(page);
  assert.equal(sent.count, before, "asked before it was time");
  await page.context().setExtraHTTPHeaders({});
  const answer = answered(page);
  await due(page, 0);
  await page.reload();
  assert.equal((await answer).status(), 201);
  await emptied(page);
  await storedWithin(page, 1, hooked);
});

test("a visitor who was throttled is heard later", async () => {
  const page = await open(RESULTS);
  page.expected = /status of 429/;
  await ready(page);
  const tab = await pickAside(page);
  tab.expected = page.expected;
  await tab.waitForURL(/\/books\//);
  const [pick] = await kept(page, "choices");
  const data = { user_id: pick.user_id, query_id: pick.query_id, isbn13: pick.isbn13 };
  let status = 0;
  for (let turn = 0; turn < 200 && status !== 429; turn += 1) {
    status = (await page.request.post("/user-choice", { data })).status();
  }
  assert.equal(status, 429, "the throttle of this deployment does not throttle");
  const answer = answered(page);
  await due(page, 0);
  await page.reload();
  assert.equal((await answer).status(), 429);
  const retry = Number((await answer).headers()["retry-after"]) * 1000;
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("seoga.choices"))[0].failed === 1);
  const wait = (await kept(page, "choices"))[0].due - (await page.evaluate(() => Date.now()));
  assert.ok(wait <= retry && wait > retry - 5000, `it waits ${wait} ms of ${retry}`);
});

test("what is refused for good is dropped; the queue is bounded and a week old at most", async () => {
  const page = await open("/about");
  page.expected = /status of 403/;
  await page.evaluate(() => {
    const pick = (n, at) => ({ user_id: "forger", query_id: `AAAA${n}`, isbn13: "9791158083397", at, due: 0, failed: 0 });
    const now = Date.now();
    localStorage.setItem("seoga.choices", JSON.stringify([pick(1, now), pick(2, now - 8 * 86_400_000)]));
  });
  const answer = answered(page);
  await page.reload();
  assert.equal((await answer).status(), 403);
  await emptied(page);
  await page.evaluate(() => {
    const now = Date.now();
    const picks = Array.from({ length: 150 }, (_, n) => ({ user_id: "u", query_id: `q${n}`, isbn13: "1", at: now, due: now + 60_000, failed: 0 }));
    localStorage.setItem("seoga.choices", JSON.stringify(picks));
  });
  await page.goto(RESULTS);
  await ready(page);
  const tab = await pickAside(page);
  await tab.waitForURL(/\/books\//);
  const picks = await kept(page, "choices");
  assert.equal(picks.length, 100);
  assert.notEqual(picks[99].isbn13, "1", "the newest is the one to keep");
});

test("the switch turns it off, and forgets the id and what was waiting", async () => {
  const page = await open(RESULTS);
  await ready(page);
  await pickAside(page);
  const first = await kept(page, "visitor");
  assert.match(first, /^[\w-]{1,64}$/);
  await page.goto("/about#choices");
  await ready(page);
  const box = page.locator("[data-choices]");
  assert.ok(await box.isChecked());
  await box.uncheck();
  assert.equal(await kept(page, "visitor"), null);
  assert.equal(await kept(page, "choices"), null);
  await page.goto(RESULTS);
  await ready(page);
  const sent = choicesOf(page);
  const tab = await pickAside(page);
  await tab.waitForURL(/\/books\//);
  await allSent(page);
  assert.equal(sent.count, 0);
  assert.equal(await kept(page, "visitor"), null);
  await page.goto(NOTHING);
  await ready(page);
  assert.ok(await noneOfThese(page).isHidden(), "there is nothing to press");
  await page.goto("/about");
  await ready(page);
  assert.ok(!(await box.isChecked()));
  await box.check();
  await page.goto(RESULTS);
  await ready(page);
  await pickAside(page);
  await allSent(page);
  assert.equal(sent.count, 1, "a pick that may be sent is seen by the same count");
  const second = await kept(page, "visitor");
  assert.ok(second && second !== first, "the old id came back");
});

for (const [name, value] of [["globalPrivacyControl", true], ["doNotTrack", "1"]]) {
  test(`nothing is kept or sent where the browser says ${name}`, async () => {
    const init = `Object.defineProperty(Navigator.prototype, ${JSON.stringify(name)}, { get: () => ${JSON.stringify(value)} })`;
    const page = await open(RESULTS, { init });
    await ready(page);
    const sent = choicesOf(page);
    const tab = await pickAside(page);
    await tab.waitForURL(/\/books\//);
    await allSent(page);
    assert.equal(sent.count, 0);
    assert.equal(await kept(page, "visitor"), null);
    assert.equal(await kept(page, "choices"), null);
    await page.goto(NOTHING);
    await ready(page);
    assert.ok(await noneOfThese(page).isHidden(), "there is nothing to press");
    await page.goto("/about");
    await ready(page);
    assert.ok(await page.locator("[data-choices]").isDisabled());
    assert.ok(await page.locator("[data-choices-note]").isVisible(), "it says why");
  });
}

test("without script nothing is sent", async () => {
  const page = await open(RESULTS, { script: false });
  const sent = choicesOf(page);
  await results(page).first().locator("h2 a").click();
  await page.waitForURL(/\/books\//);
  assert.equal(sent.count, 0);
  await page.goto(NOTHING);
  assert.ok(await noneOfThese(page).isHidden(), "there is nothing to press");
});
