// Without a network, in every browser there is: copies of pages, a page that keeps the words typed, a catalogue kept on the device.
import assert from "node:assert/strict";
import { Key, journey } from "./drivers.mjs";

const RESULTS = "/search?q=파이썬&hl=ko";
const BOX = "form.search input[name=q]";
const books = (visitor) => visitor.ask(() => document.querySelector("#books").innerText);
const expected = /not loaded|NetworkError|Load failed|Failed to fetch|error loading dynamically imported module/;

/** Opens a page and waits until the service worker is in force and has a copy. */
async function visited(visitor, path) {
  await visitor.go(path);
  await visitor.ready();
  await visitor.until("kept", async (path) => {
    if (!navigator.serviceWorker.controller || !(await caches.has("seoga-light-pages"))) return false;
    const copies = await (await caches.open("seoga-light-pages")).keys();
    return copies.some(({ url }) => decodeURI(url).endsWith(path));
  }, path);
}

journey("a page seen before is there without a network and says so, and words typed are kept", async (visitor) => {
  await visited(visitor, RESULTS);
  const shown = await books(visitor);
  visitor.state.mode = "cut";
  // As a page asks for it: what Firefox's driver calls a refresh passes every service worker by.
  await visitor.mark();
  await visitor.ask(() => location.reload());
  await visitor.until("reloaded", () => !window.sameDocument && document.documentElement.dataset.script !== undefined);
  assert.equal(await books(visitor), shown);
  assert.match(await visitor.text("main .kept"), /연결이 없어/);
  await visitor.go("/search?q=자바&hl=ko");
  await visitor.one(BOX);
  assert.equal(await visitor.ask((box) => document.querySelector(box).value, BOX), "자바");
  visitor.state.mode = "through";
  await visitor.go(RESULTS);
  await visitor.ready();
  assert.equal((await visitor.all("main .kept")).length, 0, "the network is asked first");
}, { expected, isCached: true });

journey("in place, a search that does not arrive comes to a page that keeps its words, from which it is found later", async (visitor) => {
  await visited(visitor, RESULTS);
  await visitor.mark();
  visitor.state.mode = "cut";
  await visitor.ask((box) => { document.querySelector(box).value = ""; }, BOX);
  await visitor.click(BOX);
  await visitor.type("자바", Key.ENTER);
  await visitor.one("main[data-away]");
  assert.ok(await visitor.isMarked(), "a page was loaded anew");
  assert.equal(await visitor.ask((box) => document.querySelector(box).value, BOX), "자바");
  visitor.state.mode = "through";
  await visitor.click("main[data-away] a.button");
  await visitor.at("the results", ({ searchParams }) => searchParams.get("q") === "자바");
  await visitor.one("#count");
}, { expected, isCached: true });

journey("a catalogue kept on the device answers without a network", async (visitor) => {
  await visitor.go(RESULTS);
  await visitor.ready();
  const shown = await books(visitor);
  await visitor.go("/about?hl=ko");
  await visitor.click("[data-device-keep]");
  await visitor.until("kept", () => /MB를 두었습니다\.$/.test(document.querySelector("[data-device-state]").textContent));
  visitor.state.mode = "cut";
  await visitor.go(RESULTS);
  await visitor.ready();
  assert.equal(await visitor.ask(() => document.documentElement.dataset.answered), "offline");
  assert.equal(await books(visitor), shown);
  await visitor.click("#books h2 a");
  await visitor.one("#held");
}, { expected });
