// What a visitor has without a network who installed nothing: the shell, the pages seen last, a page that keeps the words typed; and what
// stays of it all on a computer that is shared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { base, box, faults, open as opened, ready, results, shoot, visitor, windows } from "./browser.mjs";
import { open, proxied } from "./device.mjs";

const MOST = 20;
const PATH = "/search?q=파이썬";
const REFUSED = /Failed to load resource|503|net::ERR/;

/** Opens a page and waits until copies are kept by a service worker that has begun. */
async function visited(path, options = {}) {
  const page = await open(path, options);
  page.expected = REFUSED;
  await ready(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  return page;
}

/** Names of the caches. What waits for a cache to go asks for these alone: to open one that has just gone makes it again. */
const names = (page) => page.evaluate(() => caches.keys());
/** Caches of copies by name, with their paths. */
const copies = (page) => page.evaluate(async () => {
  const all = {};
  for (const name of await caches.keys()) {
    all[name] = (await (await caches.open(name)).keys()).map(({ url }) => decodeURI(new URL(url).pathname + new URL(url).search));
  }
  return all;
});
const pagesOf = async (page) => (await copies(page))["seoga-light-pages"] ?? [];
const waitFor = async (look, text) => {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await look()) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  assert.fail(text);
};
const isKept = (page, path) => waitFor(async () => (await pagesOf(page)).includes(path), `${path} is not kept`);

test("after one visit the page is there without a network, and says since when", async () => {
  const { state, site } = await proxied(true);
  const page = await visited(`${site}${PATH}`, { window: windows.phone });
  await isKept(page, PATH);
  const books = await page.locator("#books").innerText();
  const asked = state.asked.length;
  assert.equal(await page.locator(".kept").count(), 0);
  assert.equal(state.asked.length, asked, "what was there already is not asked for again");
  state.mode = "cut";
  await page.reload();
  await ready(page);
  assert.equal(await page.locator("#books").innerText(), books);
  assert.match(await page.locator("main .kept").innerText(), /연결이 없어 .*\d{4}.*에 본 페이지/);
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".kept")).paddingLeft), "12px", "the style sheet is there");
  await shoot(page, "light-kept");
  for (const mode of [429, 503]) {
    state.mode = mode;
    await page.reload();
    assert.match(await page.locator("main .kept").innerText(), /답하지 못해/, `${mode}`);
  }
  state.mode = "through";
  await page.reload();
  await ready(page);
  assert.equal(await page.locator(".kept").count(), 0, "the network is asked first");
  assert.deepEqual(await faults(page), []);
});

test("words typed without a network stay, and are looked for once it is back", async () => {
  for (const [hl, scheme] of [["ko", "light"], ["en", "dark"]]) {
    const { state, site } = await proxied();
    const page = await visited(`${site}/?hl=${hl}`, { window: windows.phone, locale: hl, scheme });
    const path = `${PATH}&hl=${hl}`;
    await page.goto(`${site}${path}`);
    const list = await page.locator("[data-add], .pick input").first().evaluate((one) => one.value ?? one.dataset.add);
    await page.goto(`${site}/list?isbn=${list}&hl=${hl}`);
    await isKept(page, path);
    await waitFor(async () => (await pagesOf(page)).some((one) => one.startsWith("/list?")), "the list is not kept");
    state.mode = "cut";
    const words = '자바 <b>"1&2"</b>';
    // In place, and as an address of its own.
    for (const way of [() => box(page).press("Enter"), () => page.goto(`${site}/search?${new URLSearchParams({ q: words, sort: "newest", hl })}`)]) {
      await page.goto(`${site}${path}`);
      await ready(page);
      await box(page).fill(words);
      await way();
      await page.locator("main[data-away]").waitFor();
      assert.equal(await box(page).inputValue(), words);
      assert.match(await page.locator("h1").innerText(), hl === "ko" ? /연결이 없습니다/ : /no connection/);
      assert.match((await page.locator("main ul a").allInnerTexts()).join("|"), /^[^|]*파이썬[^|]*$/);
      assert.match(await page.locator("main h2 + p a").first().getAttribute("href"), /^\/list\?/);
    }
    assert.equal(await page.locator("input[type=hidden][name=sort]").getAttribute("value"), "newest");
    await shoot(page, `light-away-${hl}-${scheme}`);
    const policy = async (path) => page.evaluate(async (path) => (await fetch(path)).headers.get("content-security-policy"), path);
    const ours = await policy(`/search?q=${hl}`);
    await page.locator("main ul a").first().click();
    await page.locator("main .kept").waitFor();
    await page.goBack();
    await page.locator("main[data-away]").waitFor();
    await box(page).fill("자바");
    await box(page).press("Enter");
    await page.locator("main[data-away]").waitFor();
    state.mode = "through";
    await results(page).first().waitFor({ timeout: 20_000 });
    assert.match(page.url(), /q=%EC%9E%90%EB%B0%94/);
    assert.equal(ours, await policy("/"), "its policy is that of any page");
    assert.deepEqual(await faults(page), []);
  }
});

test("where nothing is kept, and where a page is none of results, the page without a network says so", async () => {
  const { state, site } = await proxied();
  const page = await visited(`${site}/about`);
  state.mode = "cut";
  await page.goto(`${site}/libraries`);
  assert.match(await page.locator("main").innerText(), /이 페이지는 이 기기에 없습니다.*다시 시도.*남아 있는 페이지가 없습니다/s);
  state.mode = "through";
  await page.getByRole("link", { name: "다시 시도" }).click();
  await page.locator("ul.libraries").waitFor();
});

test("copies are bounded, the oldest goes; of lists there is the last", async () => {
  const { site } = await proxied();
  const page = await visited(`${site}/about`);
  const ask = (path) => page.evaluate(async (path) => { await (await fetch(path)).text(); }, path);
  for (let n = 0; n < MOST + 3; n += 1) {
    await ask(`/search?q=파이썬&page=${n % 5 + 1}&year=${2000 + n}-`);
    await waitFor(async () => (await pagesOf(page)).some((one) => one.includes(`year=${2000 + n}-`)), `${n}`);
  }
  const { results: [{ id }, { id: other }] } = await (await fetch(`${base}/api/search?q=파이썬`)).json();
  for (const one of [id, other]) {
    await ask(`/list?id=${one}`);
    await isKept(page, `/list?id=${one}`);
  }
  for (const not of ["/", "/about", "/search?q=책&sort=nothing", `/books/${id}.bib`, "/api/search?q=파이썬"]) await ask(not);
  await ask(`/books/${id}`);
  await isKept(page, `/books/${id}`);
  // What is too many goes after what came is there.
  let kept;
  await waitFor(async () => { kept = await pagesOf(page); return kept.length <= MOST + 1; }, "more are kept");
  assert.deepEqual(kept.filter((one) => one.startsWith("/list")), [`/list?id=${other}`]);
  const seen = kept.filter((one) => !one.startsWith("/list"));
  assert.equal(seen.length, MOST);
  assert.deepEqual(seen.map((one) => /year=(\d+)/.exec(one)?.[1] ?? one), [...Array.from({ length: MOST - 1 }, (_, n) => `${2004 + n}`), `/books/${id}`]);
});

test("a copy that is older than seven days is no page any more", async () => {
  const { state, site } = await proxied();
  const page = await visited(`${site}${PATH}`);
  await page.reload();
  await isKept(page, PATH);
  await page.evaluate(async () => {
    const cache = await caches.open("seoga-light-pages");
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      const headers = new Headers(answer.headers);
      headers.set("x-kept-at", new Date(Date.now() - 8 * 86_400_000).toISOString());
      await cache.put(request, new Response(await answer.text(), { headers }));
    }
  });
  state.mode = "cut";
  await page.reload();
  await page.locator("main[data-away]").waitFor();
  assert.deepEqual(await pagesOf(page), []);
});

test("a new version takes the place of the shell, in two tabs", async () => {
  const { state, site } = await proxied();
  const page = await visited(`${site}${PATH}`);
  await page.reload();
  await isKept(page, PATH);
  const second = await open(`${site}${PATH}`, { as: page.context() });
  second.expected = REFUSED;
  const shells = async () => (await names(page)).filter((name) => name !== "seoga-light-pages");
  const [before, ...more] = await shells();
  assert.deepEqual(more, []);
  state.instead = {
    "/assets/device/light.js": (text) => text.replace(/BUILD = "[0-9a-f]+"/, 'BUILD = "next"'),
    "/assets/style.css": (text) => `${text}\nh1 { letter-spacing: 7px; }`,
  };
  await second.reload();
  await waitFor(async () => (await shells()).join() === "seoga-light-next", "the new shell is not there, or the old one is");
  assert.notEqual(before, "seoga-light-next");
  state.mode = "cut";
  for (const tab of [page, second]) {
    await tab.reload();
    await ready(tab);
    assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector("h1")).letterSpacing), "7px");
    assert.ok(await tab.locator("main .kept").count());
  }
});

test("the first visit waits for nothing of it", async () => {
  const { site } = await proxied();
  const page = await open("about:blank");
  await page.addInitScript(() => addEventListener("load", () => { window.loaded = performance.now(); }));
  await page.goto(`${site}/`);
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  const at = await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.getRegistration();
    return { scope: active.scriptURL, early: performance.getEntriesByType("resource").filter(({ name, startTime }) => name.includes("/light.js") && startTime < window.loaded).length };
  });
  assert.match(at.scope, /\/assets\/device\/light\.js$/);
  assert.equal(at.early, 0);
});

test("one press removes the pages that are kept", async () => {
  const { site } = await proxied();
  const page = await visited(`${site}${PATH}`);
  await page.reload();
  await isKept(page, PATH);
  await page.goto(`${site}/about`);
  // Parts that are loaded when they are needed hear the press, and take their place before the page is scrolled to it.
  await page.locator('[data-left][data-script="mounted"]').waitFor();
  await page.locator("[data-device]").getByRole("button").first().waitFor();
  await page.getByRole("button", { name: "남은 페이지와 최근 기록 지우기" }).click();
  await waitFor(async () => !(await names(page)).includes("seoga-light-pages"), "pages are kept");
  await shoot(page, "about-left");
});

/** All that a browser can keep for a site, as another tab finds it. */
async function left(context, site) {
  const page = await opened("about:blank", { as: context });
  await page.goto(`${site}/robots.txt`);
  const found = await page.evaluate(async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length, databases: await indexedDB.databases(), cookies: document.cookie,
  }));
  found.jar = await context.cookies();
  await page.close();
  return found;
}
const NOTHING = { local: [], session: [], caches: [], workers: 0, databases: [], cookies: "", jar: [] };

/** Does what leaves traces: libraries of one's own, a book on the list, a pick. */
async function used(page, site) {
  await page.goto(`${site}/libraries`);
  await ready(page);
  await page.locator("input[name=mine]").first().check();
  await page.locator("form.mine button[type=submit]").first().click();
  await page.goto(`${site}${PATH}`);
  await ready(page);
  await page.locator(".pick input").first().check();
  await page.waitForSelector("a[data-list][data-count='1']");
  await page.locator("#books h2 a").first().click();
  await page.waitForSelector("#held");
  await ready(page);
}

const listed = (page) => page.locator("a[data-list]").first().getAttribute("data-count");

test("a press says that the computer is shared: what is there goes, and nothing stays after the tab", async () => {
  const { site } = await proxied();
  const page = await visited(`${site}${PATH}`);
  const context = page.context();
  await used(page, site);
  await waitFor(async () => (await pagesOf(page)).length > 0, "no page is kept");
  const before = await left(context, site);
  assert.ok(before.local.includes("seoga.list") && before.local.includes("seoga.visitor") && before.workers === 1, JSON.stringify(before));
  // A tab that is open, too.
  const beside = await open(`${site}/about`, { as: context });
  beside.expected = REFUSED;
  await ready(beside);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "함께 쓰는 컴퓨터입니다" }).click()]);
  await ready(page);
  await page.locator("footer .shared").waitFor();
  await shoot(page, "shared-computer");
  assert.equal(await listed(page), "", "who sat here before left nothing");
  assert.deepEqual(await left(context, site), NOTHING);
  for (const tab of [page, beside]) {
    await used(tab, site);
    assert.equal(await listed(tab), "1", "within the tab all goes on");
    await tab.reload();
    await ready(tab);
    assert.equal(await listed(tab), "1");
  }
  // A tab that a visitor opens beside it later.
  const later = await open(`${site}${PATH}`, { as: context });
  await ready(later);
  assert.equal(await listed(later), "");
  await used(later, site);
  assert.deepEqual(await left(context, site), NOTHING, "while the tabs are open");
  for (const tab of [page, beside, later]) await tab.close();
  assert.deepEqual(await left(context, site), NOTHING, "after them");
});

test("where the operator says that computers are shared nothing is ever kept, and what was kept before goes", async () => {
  const { state, site } = await proxied();
  const context = await visitor({ workers: "allow" });
  const page = await visited(`${site}${PATH}`, { as: context });
  await used(page, site);
  state.instead["*"] = (text) => text.replace("<html ", "<html data-shared ");
  await page.goto(`${site}/about`);
  await ready(page);
  await waitFor(async () => (await left(context, site)).workers === 0, "the service worker stays");
  assert.equal(await page.locator("[data-device]:visible, [data-left]:visible").count(), 0, "no catalogue is offered, and nothing stays");
  assert.equal(await page.getByRole("button", { name: "함께 쓰는 컴퓨터입니다" }).count(), 0);
  await used(page, site);
  assert.equal(await listed(page), "1");
  await page.close();
  assert.deepEqual(await left(context, site), NOTHING);
});
