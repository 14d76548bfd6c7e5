// Narrowing: years as bars that are links, with a form beside them; on a phone the filters as a sheet.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, ready, results, shoot, windows } from "./browser.mjs";
import { inLanguage, names } from "./pages.mjs";

const bars = (page) => page.locator(".years a:has(svg)");
const total = async (page) => Number((await page.locator("#count").innerText()).replace(/\D/g, ""));

for (const script of [true, false]) {
  test(`a bar leads to as many as it says, then to the years within it, ${script ? "with" : "without"} script`, async () => {
    const page = await open("/search?q=파이썬", { script });
    const all = await total(page);
    const names = await bars(page).evaluateAll((links) => links.map((link) => link.ariaLabel));
    assert.ok(names.length > 2 && names.length <= 8, `${names.length} bars`);
    for (const name of names) assert.match(name, /^\d{4}(–\d{4})?년, 작품 [\d,]+건$/);
    const years = names.map((name) => Number(name.slice(0, 4)));
    assert.deepEqual(years, years.toSorted(), "in the order of time");
    const at = names.findLastIndex((name) => name.includes("–"));
    const [, from, to, count] = names[at].match(/^(\d+)–(\d+)년, 작품 ([\d,]+)건$/);
    // The longest bar is as long as there is room, and none has no length.
    const lengths = await page.locator(".years rect").evaluateAll((all) => all.map((one) => Number(one.getAttribute("width"))));
    assert.ok(Math.max(...lengths) === 100 && Math.min(...lengths) > 0, lengths.join());

    const rows = await page.locator(".years li:has(svg)").evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("svg, .n")].map((one) => one.getBoundingClientRect())));
    for (const [bar, count] of rows) assert.ok(bar.right <= count.left && count.right <= 1280, "a bar ends before its count");

    await bars(page).nth(at).click();
    await page.waitForURL((url) => url.searchParams.get("year") === `${from}-${to}`);
    assert.equal(await total(page), Number(count.replace(",", "")));
    assert.equal(await page.locator(".years [aria-current=true]").innerText(), `✓ ${from}–${to}년`);
    for (const name of await bars(page).evaluateAll((links) => links.map((link) => link.ariaLabel))) {
      assert.ok(name.slice(0, 4) >= from && name.slice(0, 4) <= to, `${name} lies without`);
    }
    // One year: those beside it stay, and it is marked among them.
    await bars(page).first().click();
    await page.waitForURL((url) => /^\d{4}$/.test(url.searchParams.get("year")));
    assert.equal(await page.locator(".years [aria-current=true]").count(), 1);
    assert.ok((await bars(page).count()) > 1, "one may go to another year");
    await page.locator(".years [aria-current=true]").click();
    await page.waitForURL((url) => !url.searchParams.has("year"));
    assert.equal(await total(page), all);
  });

  test(`two boxes ask for years from and to, ${script ? "with" : "without"} script`, async () => {
    const page = await open(`/search?q=파이썬&library=${names[0]}&sort=newest`, { script });
    if (script) await ready(page);
    await page.locator("input[name=until]").fill("2020");
    await page.locator("input[name=from]").fill("2015");
    await page.locator("form.find button").click();
    await page.waitForURL(/from=2015/);
    await page.locator(".years [aria-current=true]").waitFor();
    assert.equal(await page.locator(".years [aria-current=true]").innerText(), "✓ 2015–2020년");
    assert.equal(await page.locator("input[name=from]").inputValue(), "2015");
    assert.equal(await page.locator("input[name=until]").inputValue(), "2020");
    // All else of the search rode along, and what comes next has the years in its address.
    assert.match(await page.locator(".active").innerText(), new RegExp(names[0]));
    assert.match(await page.locator(".sorts [aria-current]").getAttribute("href"), /year=2015-2020&sort=newest/);
    await page.locator("form.find input[name=until]").fill("");
    await page.locator("form.find input[name=until]").press("Enter");
    await page.waitForURL(/until=(&|$)/);
    await page.locator(".years [aria-current=true]", { hasText: "2015년부터" }).waitFor();
    assert.ok((await results(page).count()) > 0);
  });
}

test("where no book has a year none is offered", async () => {
  const page = await open("/search?q=쀍뛟쀍");
  assert.equal(await page.locator(".years, form.find").count(), 0);
});

test("bars keep their length in forced colours", async () => {
  const page = await open("/search?q=파이썬");
  await page.emulateMedia({ forcedColors: "active" });
  const [bar, text] = await page.locator(".years a").first().evaluate((link) => [getComputedStyle(link.querySelector("rect")).fill, getComputedStyle(link).color]);
  assert.equal(bar, text, "a bar has the colour of the link that it is");
});

test("pictures of what narrows", async () => {
  for (const hl of ["ko", "en"]) {
    for (const scheme of ["light", "dark"]) {
      for (const [size, window] of Object.entries({ phone: windows.phone, desktop: windows.desktop })) {
        const page = await open(inLanguage("/search?q=파이썬&year=2015-2019", hl), { window, scheme });
        await ready(page);
        await page.locator(".years").evaluate((years) => years.scrollIntoView({ block: "center" }));
        await shoot(page, `years-${size}-${scheme}-${hl}`, false);
      }
    }
  }
});

const sheet = (page) => page.locator("dialog.sheet[open]");

test("on a phone the filters are a sheet that stays while the page turns behind it", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  const all = await total(page);
  await page.locator("a.jump").click();
  await sheet(page).waitFor();
  const way = sheet(page).locator(".show a");
  assert.equal(await way.innerText(), `작품 ${all.toLocaleString("en")}건 보기`);
  assert.ok(await way.evaluate((link) => link.getBoundingClientRect().bottom <= innerHeight), "it is in sight");
  assert.ok(!page.url().includes("#"));
  // What is pressed is marked, has the focus, and the way back says how many are left.
  const link = sheet(page).locator("section a[href*='library=']").nth(2);
  const name = await link.innerText();
  await link.click();
  await page.waitForURL((url) => url.searchParams.get("library") === name);
  await sheet(page).locator("[aria-current=true]").first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.innerText), `✓ ${name}`);
  const left = await page.locator("#count").innerText();
  assert.ok((await total(page)) < all);
  assert.equal(await way.innerText(), `${left} 보기`);
  // Two more, and one of them taken away.
  await sheet(page).locator("section a[href*='lang=en']").click();
  await page.waitForURL(/lang=en/);
  await sheet(page).locator("[aria-current=true]", { hasText: name }).click();
  await page.waitForURL((url) => !url.searchParams.has("library"));
  await way.click();
  await sheet(page).waitFor({ state: "detached" });
  assert.equal(await page.locator(".found #narrow").count(), 1, "the filters are back in the page");
  assert.equal(await page.evaluate(() => document.activeElement.matches("a.jump")), true);
  assert.ok(await results(page).first().isVisible());
});

test("the sheet closes by Escape and beside it, and asks for years", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  for (const close of [() => page.keyboard.press("Escape"), () => page.mouse.click(195, 20)]) {
    await page.locator("a.jump").click();
    await sheet(page).waitFor();
    await close();
    await sheet(page).waitFor({ state: "detached" });
    assert.equal(await page.locator("#narrow").count(), 1);
  }
  await page.locator("a.jump").click();
  await sheet(page).locator("input[name=until]").fill("2020");
  await sheet(page).locator("input[name=from]").fill("2018");
  await page.keyboard.press("Enter");
  await page.waitForURL(/from=2018/);
  await sheet(page).locator(".years [aria-current=true]").waitFor();
  assert.equal(await sheet(page).locator(".years [aria-current=true]").innerText(), "✓ 2018–2020년");
  // Years that no book has: what helps then is no filter.
  await sheet(page).locator("input[name=from]").fill("1001");
  await sheet(page).locator("input[name=until]").fill("1002");
  await page.keyboard.press("Enter");
  await page.waitForURL(/from=1001/);
  await sheet(page).waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
});

test("without a connection the sheet stays and says so", async () => {
  const page = await open("/search?q=파이썬", { window: windows.phone });
  await ready(page);
  page.expected = /ERR_INTERNET_DISCONNECTED/;
  await page.locator("a.jump").click();
  await sheet(page).waitFor();
  await page.context().setOffline(true);
  await sheet(page).locator("section a[href*='lang=en']").click();
  const again = sheet(page).getByRole("button", { name: "다시 시도" });
  await again.waitFor();
  await page.context().setOffline(false);
  await again.click();
  await page.waitForURL(/lang=en/);
  assert.ok(await sheet(page).isVisible());
});

test("beside the results, and without script, the filters are a part of the page", async () => {
  const desktop = await open("/search?q=파이썬");
  await ready(desktop);
  // The link comes into sight with the focus, which no input of a visitor gave it here.
  desktop.hasScript = false;
  await desktop.locator("a.jump").focus();
  await desktop.keyboard.press("Enter");
  await desktop.waitForURL(/#narrow$/);
  assert.equal(await desktop.locator("dialog, .show:visible").count(), 0);
  const page = await open("/search?q=파이썬", { window: windows.phone, script: false });
  await page.locator("a.jump").click();
  await page.waitForURL(/#narrow$/);
  await page.locator(".show a").click();
  await page.waitForURL(/#books$/);
});

test("pictures of the sheet", async () => {
  for (const hl of ["ko", "en"]) {
    for (const scheme of ["light", "dark"]) {
      const page = await open(inLanguage(`/search?q=파이썬&library=${names[0]}`, hl), { window: windows.phone, scheme });
      await ready(page);
      await page.locator("a.jump").click();
      await sheet(page).waitFor();
      await shoot(page, `sheet-${scheme}-${hl}`, false);
      await sheet(page).locator(".years").evaluate((years) => years.scrollIntoView({ block: "center" }));
      await shoot(page, `sheet-years-${scheme}-${hl}`, false);
    }
  }
});

for (const script of [true, false]) {
  test(`a facet is shown in full, is looked through and narrows, ${script ? "with" : "without"} script`, async () => {
    const page = await open("/search?q=파이썬", { script });
    if (script) await ready(page);
    await page.locator("details:has(a[href*='facet=publisher']) > summary").click();
    const beside = await page.locator(".facets section", { has: page.locator("a[href*='facet=publisher']") }).locator("li").count();
    await page.locator("a[href*='facet=publisher']").click();
    await page.waitForURL(/facet=publisher/);
    const items = page.locator(".whole li:visible");
    await items.first().waitFor();
    const all = await items.count();
    assert.ok(all > beside, `${all} in full, ${beside} beside the results`);
    const name = await items.last().locator("a").innerText();
    await page.locator("input[name=find]").fill(name);
    if (!script) {
      await page.locator("form.find button").click();
      await page.waitForURL(/find=/);
    } else {
      // What puts values away is loaded when it is needed.
      await page.locator("main [role=status]").filter({ hasText: " / " }).waitFor();
    }
    const left = await items.count();
    assert.ok(left > 0 && left < all, `${left} of ${all} have ${name}`);
    if (script) {
      assert.match(await page.locator("main [role=status]").innerText(), new RegExp(`^\\d+ / ${all}$`));
      // A syllable under way puts nothing away that it may become.
      await page.locator("input[name=find]").fill("ㅂ");
      assert.ok((await items.count()) > 1);
      await page.locator("input[name=find]").fill(name);
    }
    const count = Number((await items.first().locator(".n").innerText()).replace(",", ""));
    await items.first().locator("a").click();
    await page.waitForURL((url) => url.searchParams.get("publisher") !== null && !url.searchParams.has("facet"));
    assert.equal(await total(page), count);
    // In force it is marked there, and another one stands beside it.
    await page.goto(`${page.url()}&facet=publisher`);
    assert.equal(await items.count(), all);
    await page.locator(".whole [aria-current=true]").click();
    await page.waitForURL((url) => !url.searchParams.has("publisher"));
  });
}

for (const script of [true, false]) {
  test(`a second publisher and a second class are added, and each is taken away by itself, ${script ? "with" : "without"} script`, async () => {
    const page = await open("/search?q=파이썬&group=none", { script });
    if (script) await ready(page);
    const all = await total(page);
    const parts = ["publisher", "class"];
    const now = () => { const { searchParams } = new URL(page.url()); return parts.map((name) => searchParams.getAll(name)); };
    for (const name of parts) {
      const before = now()[parts.indexOf(name)].length;
      for (const more of [1, 2]) {
        // Of classes two that lie apart: another one within takes its place.
        const facet = page.locator(".facets section", { has: page.locator(`h3:text-is("${name === "class" ? "분류" : "출판사"}")`) });
        const of = facet.locator("li:not(.d1, .d2, .d3) a:not([aria-current])");
        const count = Number((await of.first().locator("xpath=../span[@class='n']").innerText()).replace(",", ""));
        const left = more === 1 ? 0 : await total(page);
        await of.first().click();
        await page.waitForURL((url) => url.searchParams.getAll(name).length === before + more);
        assert.equal(await total(page), left + count, "as many more as it said");
      }
    }
    assert.deepEqual(now().map((values) => values.length), [2, 2]);
    const [publishers] = now();
    await page.locator(".active a", { hasText: publishers[0] }).click();
    await page.waitForURL((url) => url.searchParams.getAll("publisher").length === 1);
    assert.deepEqual(now()[0], [publishers[1]]);
    await page.locator(".active a.clear").click();
    await page.waitForURL((url) => !url.searchParams.has("class"));
    assert.equal(await total(page), all);
  });
}

test("words that no value has say so", async () => {
  const page = await open("/search?q=파이썬&facet=class&find=쀍", { script: false });
  assert.equal(await page.locator(".whole li").count(), 0);
  assert.equal(await page.locator("main [role=status]").innerText(), "목록에 그런 이름이 없습니다.");
});

test("pictures of a facet in full", async () => {
  for (const hl of ["ko", "en"]) {
    for (const [size, window] of Object.entries({ phone: windows.phone, desktop: windows.desktop })) {
      const page = await open(inLanguage("/search?q=파이썬&facet=class", hl), { window, scheme: size === "phone" ? "dark" : "light" });
      await ready(page);
      await shoot(page, `whole-${size}-${hl}`, false);
    }
  }
});
