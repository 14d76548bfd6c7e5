// Suggestions while typing: keys, screen readers, and a Korean input method at work in the box.
import assert from "node:assert/strict";
import { test } from "node:test";
import { box, hold, open, ready, results } from "./browser.mjs";

const options = (page) => page.getByRole("option");
const expanded = (page) => box(page).getAttribute("aria-expanded");
/** The text of a suggestion, without the note on its books. */
const told = (option) => option.textContent.slice(0, -option.lastChild.textContent.length).trim();
const pointed = (page) => page.locator('[role=option][aria-selected="true"]');

/** Types keystrokes into the box of a page and waits for the suggestions. */
async function suggested(page, text) {
  await ready(page);
  await box(page).focus();
  await page.keyboard.insertText(text);
  await options(page).first().waitFor();
}

test("the box is a combobox that says what it controls, and says how many suggestions there are", async () => {
  const page = await open("/");
  await suggested(page, "파이");
  const input = box(page);
  assert.equal(await input.getAttribute("role"), "combobox");
  assert.equal(await input.getAttribute("aria-autocomplete"), "list");
  assert.equal(await expanded(page), "true");
  const list = page.locator(`#${await input.getAttribute("aria-controls")}`);
  assert.equal(await list.getAttribute("role"), "listbox");
  assert.ok(await list.getAttribute("aria-label"));
  const count = await options(page).count();
  await page.getByRole("status").filter({ hasText: `제안 ${count}개` }).waitFor({ state: "attached" });
  assert.equal(await pointed(page).count(), 0, "nothing is chosen before the visitor chooses");
});

test("arrows go round by the box, Escape closes, Enter searches for what is pointed at", async () => {
  const page = await open("/");
  await suggested(page, "파이");
  const count = await options(page).count();
  await page.keyboard.press("ArrowDown");
  const first = await pointed(page).getAttribute("id");
  assert.equal(await box(page).getAttribute("aria-activedescendant"), first);
  await page.keyboard.press("ArrowUp");
  assert.equal(await box(page).getAttribute("aria-activedescendant"), "");
  await page.keyboard.press("ArrowUp");
  assert.match(await pointed(page).getAttribute("id"), new RegExp(`-${count - 1}$`));
  await page.keyboard.press("Escape");
  assert.equal(await expanded(page), "false");
  assert.equal(await box(page).inputValue(), "파이", "the first Escape closes and clears nothing");
  await page.keyboard.press("ArrowDown");
  await options(page).first().waitFor();
  await page.keyboard.press("ArrowDown");
  const text = await pointed(page).evaluate(told);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
  assert.equal(new URL(page.url()).searchParams.get("q"), text);
  assert.ok((await results(page).count()) > 0, `nothing is found for the suggestion ${text}`);
});

test("Home and End move in the box and leave the list", async () => {
  const page = await open("/");
  await suggested(page, "파이");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  assert.equal(await pointed(page).count(), 0);
  assert.equal(await box(page).evaluate((input) => input.selectionStart), 0);
  await page.keyboard.press("End");
  assert.equal(await box(page).evaluate((input) => input.selectionStart), 2);
  assert.equal(await expanded(page), "true");
});

test("Tab leaves the box and closes the list; a suggestion can be clicked", async () => {
  const page = await open("/");
  await suggested(page, "파이");
  await page.keyboard.press("Tab");
  assert.equal(await expanded(page), "false");
  assert.notEqual(await page.evaluate(() => document.activeElement.name), "q");
  await box(page).focus();
  await page.keyboard.press("ArrowDown");
  const text = await options(page).nth(1).evaluate(told);
  await options(page).nth(1).click();
  await page.waitForURL(/\/search\?/);
  assert.equal(new URL(page.url()).searchParams.get("q"), text);
});

test("what was typed is marked, and the title of one book opens it", async () => {
  const page = await open("/");
  await suggested(page, "파이");
  assert.equal(await options(page).first().locator("mark").textContent(), "파이");
  const first = results(await open("/search?q=파이썬")).first();
  const id = (await first.locator("a").first().getAttribute("href")).match(/books\/(\w+)/)[1];
  const title = { text: "파이썬", kind: "title", count: 1, query: "파이썬", id, matched: { start: 0, end: 2, by: "prefix" } };
  await page.route("**/api/suggest?**", (route) => route.fulfill({ json: { suggestions: [title] } }));
  await box(page).fill("파잇");
  const option = page.getByRole("option", { name: "파이썬 제목" });
  await option.waitFor();
  assert.equal(await option.locator("span").textContent(), "파이썬", "one word, whatever part of it is marked");
  await option.click();
  await page.waitForURL(new RegExp(`/books/${id}`));
});

test("requests wait for a pause, name the generation, and an overtaken one is given up", async () => {
  const page = await open("/");
  await ready(page);
  const asked = [];
  const { held, release } = await hold(page, "**/api/suggest?**", ({ searchParams }) => {
    asked.push(searchParams);
    return searchParams.get("q") === "파";
  });
  const failed = page.waitForEvent("requestfailed");
  await box(page).focus();
  await page.keyboard.insertText("파");
  await held;
  // One after the other without waiting between, or a slow machine makes a pause of it.
  await Promise.all(["이", "썬"].map((text) => page.keyboard.insertText(text)));
  assert.equal(new URL((await failed).url()).searchParams.get("q"), "파");
  release();
  await options(page).first().waitFor();
  assert.deepEqual(asked.map((params) => params.get("q")), ["파", "파이썬"], "one request for each pause, not each key");
  const { generation } = await (await page.request.get("/api/status")).json();
  assert.ok(asked.every((params) => params.get("v") === generation));
});

/** A Korean input method, as Chromium is told of one. */
async function inputMethod(page) {
  const devtools = await page.context().newCDPSession(page);
  const key = (type, code) =>
    devtools.send("Input.dispatchKeyEvent", { type, code, key: "Process", windowsVirtualKeyCode: 229 });
  return {
    compose: (text) => devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
    commit: (text) => devtools.send("Input.insertText", { text }),
    async press(code) {
      await key("rawKeyDown", code);
      await key("keyUp", code);
    },
  };
}

test("suggestions follow a composition, whose text is never touched", async () => {
  const page = await open("/");
  await ready(page);
  await page.evaluate(() => {
    const input = document.querySelector("input[name=q]");
    window.written = 0;
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    Object.defineProperty(input, "value", { get, set(value) { window.written += 1; set.call(this, value); } });
    window.composed = [];
    for (const type of ["compositionstart", "compositionend"]) input.addEventListener(type, () => window.composed.push(type));
  });
  await box(page).focus();
  const method = await inputMethod(page);
  // What the box holds on the way to 파이썬: not one of the states but the last is a beginning of it.
  for (const state of ["ㅍ", "파", "팡", "파이"]) await method.compose(state);
  await options(page).filter({ hasText: "파이" }).first().waitFor();
  assert.deepEqual(await page.evaluate(() => window.composed), ["compositionstart"], "the composition goes on");
  assert.equal(await box(page).inputValue(), "파이");
  // The suggestions that are there go when those for the next state come.
  await page.evaluate(() => { document.querySelector("[role=option]").dataset.before = ""; });
  await method.compose("파있");
  await page.waitForFunction(() => !document.querySelector("[data-before]"));
  assert.equal(await box(page).inputValue(), "파있");
  assert.ok((await options(page).allInnerTexts()).some((text) => text.includes("파이썬")), "파있 is on the way to 파이썬");
  await method.commit("파이썬");
  await options(page).filter({ hasText: "파이썬" }).first().waitFor();
  assert.equal(await box(page).inputValue(), "파이썬");
  assert.equal(await page.evaluate(() => window.written), 0, "the value was written");
});

test("keys of a composition choose nothing and submit nothing", async () => {
  const page = await open("/");
  await ready(page);
  await box(page).focus();
  const method = await inputMethod(page);
  await method.compose("파이");
  await options(page).first().waitFor();
  // Listening before a key is pressed: keys come by another way than what is evaluated.
  await page.evaluate(() => {
    window.keys = [];
    document.addEventListener("keydown", (event) => window.keys.push([event.isComposing, event.keyCode, event.defaultPrevented]));
  });
  for (const code of ["ArrowDown", "Enter", "Escape"]) await method.press(code);
  await page.waitForFunction(() => window.keys.length === 3);
  assert.deepEqual(await page.evaluate(() => window.keys), Array(3).fill([true, 229, false]), "these are not the keys of a composition");
  assert.equal(await pointed(page).count(), 0);
  assert.equal(await expanded(page), "true");
  assert.equal(new URL(page.url()).pathname, "/");
  await method.commit("파이");
  assert.equal(await box(page).inputValue(), "파이");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
  assert.equal(new URL(page.url()).searchParams.get("q"), "파이", "the last syllable came twice or not at all");
});

test("a suggestion clicked in mid-composition is what is searched for", async () => {
  const page = await open("/");
  await ready(page);
  await box(page).focus();
  const method = await inputMethod(page);
  await method.compose("파이");
  await options(page).first().waitFor();
  const text = await options(page).first().evaluate(told);
  await options(page).first().click();
  await page.waitForURL(/\/search\?/);
  assert.equal(new URL(page.url()).searchParams.get("q"), text);
  assert.equal(await box(page).inputValue(), text);
});

test("without suggestions the box goes on being a box", async () => {
  const page = await open("/");
  page.expected = /status of 503/;
  await ready(page);
  await page.route("**/api/suggest?**", (route) => route.fulfill({ status: 503, body: "{}" }));
  await box(page).focus();
  const answer = page.waitForResponse(/api\/suggest/);
  await page.keyboard.insertText("파이썬");
  await answer;
  assert.equal(await expanded(page), "false");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?/);
  assert.ok((await results(page).count()) > 0);
});

test("a Korean suggestion on an English page says that it is Korean", async () => {
  const page = await open("/?hl=en");
  await ready(page);
  await box(page).focus();
  await page.keyboard.insertText("파이");
  const option = page.getByRole("option", { name: /파이썬/ }).first();
  await option.waitFor();
  assert.equal(await option.locator("span").first().getAttribute("lang"), "ko");
});
