// Picks made on pages that the catalogue on a device answered: they wait with their question, and once the edge is back it is asked
// that question, signs it, and has the pick once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kept, ready } from "./browser.mjs";
import { count, generationWith, keep, open, proxied } from "./device.mjs";
import { due, emptied, storedWithin } from "./stored.mjs";

const QUESTION = "/search?q=파이썬&sort=newest";
const CHOICE = "POST /user-choice";
const ASK = "GET /api/search";
const said = (page, text) => page.locator("p.said").filter({ hasText: text }).waitFor();

/** A visitor whose catalogue is kept and whose network is cut, on a page of results that the device answered. */
async function cutOff({ index = null, init = null, path = QUESTION } = {}) {
  const { state, site } = await proxied();
  const page = await open("/", { init });
  page.expected = /Failed to load resource|ERR_/;
  state.index = index;
  await keep(page, site);
  state.mode = "cut";
  await page.goto(`${site}${path}`);
  await ready(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.answered), "offline");
  return { state, site, page };
}

/** Opens the second book in a tab of its own, and closes it. */
async function pick(page) {
  const book = page.locator("#books > li").nth(1);
  const [tab] = await Promise.all([page.context().waitForEvent("page"), book.locator("h2 a").click({ modifiers: ["Control"] })]);
  tab.expected = page.expected;
  await tab.waitForSelector("#held");
  await tab.close();
  return book.getAttribute("data-isbn13");
}

test("a pick made without a network is sent once, with its place, when the edge is back", async () => {
  const { state, site, page } = await cutOff();
  const id = await pick(page);
  await pick(page);
  const [waiting, ...more] = await kept(page, "choices");
  assert.deepEqual(more, [], "two presses are one pick");
  const { generation } = await page.evaluate(() => document.documentElement.dataset);
  assert.deepEqual([decodeURIComponent(waiting.question), waiting.generation, waiting.isbn13, waiting.query_id], [QUESTION.replace("/search", ""), generation, id, undefined]);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("seoga.choices"))[0].failed === 1);
  assert.equal(count(state, CHOICE), 0, "what the device answers is not signed: it goes on waiting");
  state.mode = "through";
  // The tab is closed before; the next page of the site sends it.
  const next = await page.context().newPage();
  await page.close();
  await next.goto(`${site}/libraries`);
  await emptied(next);
  await said(next, /이제 도서관에 알렸습니다/);
  const [record] = await storedWithin(next, 1);
  assert.deepEqual([record.id, record.query, record.generation, record.rank], [id, "파이썬", generation, 2]);
  await next.reload();
  await ready(next);
  assert.equal(count(state, CHOICE), 1);
});

test("the event of a network that is back sends it, too", async () => {
  const { state, page } = await cutOff();
  await pick(page);
  state.mode = "through";
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await emptied(page);
  assert.equal((await storedWithin(page, 1))[0].rank, 2);
});

const UNLOCKED = "Object.defineProperty(navigator, 'locks', { value: undefined })";
for (const [name, init] of [["", null], [", also where tabs cannot wait for each other", UNLOCKED]]) {
  test(`two tabs that are back at once store it once${name}`, async () => {
    const { state, site, page } = await cutOff({ init });
    await pick(page);
    const other = await page.context().newPage();
    other.expected = page.expected;
    await other.goto(`${site}/libraries`);
    state.mode = "through";
    await Promise.all([page, other].map((one) => one.reload()));
    await emptied(page);
    // A page that is left while it sends is not told, and the next one sends the same again: what counts is what is stored.
    await storedWithin(page, 1);
  });
}

for (const line of [ASK, CHOICE]) {
  test(`what gets 429 or 5xx for ${line} waits, and is sent later`, async () => {
    const { state, site, page } = await cutOff();
    await pick(page);
    state.mode = "through";
    for (const [failed, status] of [[1, 429], [2, 503]]) {
      state.answers[line] = status;
      await due(page, 0);
      await page.goto(`${site}/libraries`);
      await page.waitForFunction((failed) => JSON.parse(localStorage.getItem("seoga.choices"))[0].failed >= failed, failed);
      const [waiting] = await kept(page, "choices");
      assert.equal(Boolean(waiting.question), line === ASK, "a question that is signed is not asked again");
    }
    state.answers = {};
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await emptied(page);
    assert.equal((await storedWithin(page, 1))[0].rank, 2);
  });
}

test("of a generation that is gone a pick is sent without its place, what is gone with it is not, and both are said", async () => {
  const gone = "9791190000017";
  const index = await generationWith(gone);
  const { state, site, page } = await cutOff({ index });
  const id = await pick(page);
  state.mode = "through";
  await page.goto(`${site}/about`);
  await said(page, /몇 번째였는지는 빼고 도서관에 알렸습니다/);
  await emptied(page);
  const [record] = await storedWithin(page, 1);
  assert.deepEqual([record.id, record.query, "rank" in record], [id, "파이썬", false]);
  assert.notEqual(record.generation, JSON.parse(await (await fetch(`${site}/index/current.json`)).text()).generation);
  for (const [path, press] of [["/search?q=쀍뛟쀍&class=8", "[data-none]"], ["/search?q=A Book of Later Days", "#books h2 a"]]) {
    state.mode = "cut";
    await page.goto(`${site}${path}`);
    await ready(page);
    await page.locator(press).first().click();
    assert.equal((await kept(page, "choices")).length, 1, path);
    state.mode = "through";
    await page.goto(`${site}/about`);
    await said(page, /도서관에 알리지 못했습니다/);
    await emptied(page);
  }
  await storedWithin(page, 1);
});

test("a page of the device without words, or of a visitor who tells nothing, keeps nothing", async () => {
  const { page, site } = await cutOff({ path: "/search?class=0" });
  await pick(page);
  assert.equal(await kept(page, "choices"), null, "no program may ask it");
  await page.evaluate(() => localStorage.setItem("seoga.choices.off", "true"));
  await page.goto(`${site}${QUESTION}`);
  await ready(page);
  await pick(page);
  assert.equal(await kept(page, "choices"), null);
});

test("a damaged store of what waits is named and stops nothing", async () => {
  const { state, site, page } = await cutOff();
  const named = [];
  page.on("console", (message) => { if (message.type() === "warning") named.push(message.text()); });
  const now = Date.now();
  const wrong = [7, null, "x", {}, { at: now, failed: 0 }, { at: 1e300, due: 0, failed: 0 }, { at: now, due: 0, failed: 0, question: 5 }, { at: now, due: 1e300, failed: 0, query_id: "x" }];
  for (const [text, warning, left] of [["{", /seoga\.choices is damaged/, 0], [JSON.stringify(wrong), /seoga\.choices: 6 entries are no picks/, 2]]) {
    await page.evaluate((text) => localStorage.setItem("seoga.choices", text), text);
    await page.reload();
    await ready(page);
    // A part that is loaded when it is needed says it.
    for (let tried = 0; tried < 50 && !named.some((line) => warning.test(line)); tried += 1) await page.waitForTimeout(100);
    assert.ok(named.some((line) => warning.test(line)), `${warning}: ${named}`);
    await pick(page);
    assert.equal((await kept(page, "choices")).length, left + 1);
  }
  state.mode = "through";
  await page.goto(`${site}/libraries`);
  await storedWithin(page, 1);
  const asked = state.asked.length;
  await page.waitForTimeout(1500);
  assert.ok(state.asked.length < asked + 5, "a time beyond all time is no reason to hurry");
});

test("where the store of the device is full a pick lasts as long as its page", async () => {
  const { state, page } = await cutOff({ path: "/search?q=쀍뛟쀍&class=8" });
  await page.evaluate(() => { Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }; });
  await page.locator("[data-none]").click();
  state.mode = "through";
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await said(page, /이제 도서관에 알렸습니다/);
  assert.equal(count(state, CHOICE), 1);
});
