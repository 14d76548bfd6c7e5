// Whether a library is open: the grammar of hours and closed days, read by the site's own module, and what a page says.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { base, open, ready, windows } from "./browser.mjs";
import { names } from "./pages.mjs";

const file = new URL("../../site/assets/open.js", import.meta.url);
const text = (await readFile(file, "utf8")).replace(/^import .*$/m, "const words = () => ({});");
const { opening, closing, state } = await import(`data:text/javascript,${encodeURIComponent(text)}`);

const HOLIDAYS = "2026-12-25 성탄절|2026-09-25 추석 연휴";
/** Waits until a press for nearness is heard: what hears it is loaded when it is needed. */
const heard = (page) => page.locator('[data-near][data-script="mounted"]').waitFor();
const seoul = (day, time) => Date.parse(`${day}T${time}:00+09:00`);
const at = (hours, closed, day, time, holidays = HOLIDAYS) => state(hours, closed, holidays, seoul(day, time));

test("hours and closed days of the grammar are read", () => {
  // 2026-11-30 is a Monday.
  for (const [hours, closed, day, time, expected] of [
    ["매일 09:00-18:00", "연중무휴", "2026-11-30", "09:00", { open: true, until: 1080 }],
    ["매일 09:00-18:00", "연중무휴", "2026-11-30", "18:00", { open: false, until: 1080 }],
    ["09:00~18:00", "없음", "2026-11-30", "08:59", { open: false, until: 1080 }],
    ["평일 09:00-22:00 / 주말 09:00-17:00", "매주 월요일", "2026-11-30", "10:00", { open: false }],
    ["평일 09:00-22:00 / 주말 09:00-17:00", "화요일", "2026-11-29", "16:59", { open: true, until: 1020 }],
    ["월-금 09:00-18:00 / 토·일 10:00-17:00", "공휴일", "2026-11-28", "09:30", { open: false, until: 1020 }],
    ["매일 09:00-18:00", "둘째·넷째 월요일", "2026-11-23", "10:00", { open: false }],
    ["매일 09:00-18:00", "매월 둘째, 넷째 월요일 / 공휴일", "2026-11-30", "10:00", { open: true, until: 1080 }],
    ["매일 09:00-18:00", "법정공휴일", "2026-12-25", "10:00", { open: false }],
    ["매일 09:00-18:00 / 공휴일 09:00-13:00", "추석", "2026-12-25", "12:00", { open: true, until: 780 }],
    ["매일 09:00-18:00", "설날, 추석 연휴", "2026-09-25", "10:00", { open: false }],
    ["매일 09:00-18:00", "11월 30일", "2026-11-30", "10:00", { open: false }],
    ["Mon-Fri 09:00-18:00", "Saturdays, Sundays / public holidays", "2026-12-01", "10:00", { open: true, until: 1080 }],
  ]) {
    assert.deepEqual(at(hours, closed, day, time), expected, `${hours} | ${closed} | ${day} ${time}`);
  }
});

test("what does not parse in full is said nothing of", () => {
  for (const [hours, closed, day, holidays] of [
    ["", "월요일", "2026-12-01"],
    ["매일 09:00-18:00", "", "2026-12-01"],
    ["오전 9시~오후 6시", "월요일", "2026-12-01"],
    ["매일 09:00-18:00 (동절기 17:00)", "월요일", "2026-12-01"],
    ["매일 18:00-09:00", "월요일", "2026-12-01"],
    ["매일 09:00-25:61", "월요일", "2026-12-01"],
    ["매일 09:00-18:00", "월요일, 공휴일 다음날", "2026-12-01"],
    ["매일 09:00-18:00", "도서관이 정한 날", "2026-12-01"],
    // A day that nothing names, a holiday that nothing names, a year of which no holiday is known.
    ["평일 09:00-18:00", "공휴일", "2026-11-28"],
    ["매일 09:00-18:00", "월요일", "2026-12-25"],
    ["매일 09:00-18:00", "월요일", "2027-12-01"],
    ["매일 09:00-18:00", "월요일", "2026-12-01", ""],
  ]) {
    assert.equal(at(hours, closed, day, "10:00", holidays), null, `${hours} | ${closed} | ${day}`);
  }
  assert.equal(opening("월-금-토 09:00-18:00"), null);
  assert.equal(closing("여섯째 월요일"), null);
});

test("the clock of Seoul counts, not the device's", () => {
  const zone = process.env.TZ;
  process.env.TZ = "America/Los_Angeles";
  assert.deepEqual(at("매일 09:00-18:00", "연중무휴", "2026-11-30", "10:00"), { open: true, until: 1080 });
  process.env.TZ = zone ?? "";
});

test("a page says nothing without script, and with it what the device knows", async () => {
  const address = `/libraries?library=${encodeURIComponent(names[2])}`;
  const plain = await open(address, { script: false });
  assert.equal((await plain.locator(".now").allTextContents()).join(""), "");
  const page = await open(address);
  await ready(page);
  // A part that is loaded when it is needed writes it.
  await page.locator(".now").filter({ hasText: /열림, \d\d:\d\d까지|지금 닫힘/ }).waitFor();
});

test("libraries are put by nearness to the device, which no request tells", async () => {
  const page = await open("/libraries");
  await page.context().grantPermissions(["geolocation"], { origin: new URL(base).origin });
  await page.context().setGeolocation({ latitude: 36.96, longitude: 125.0 });
  await heard(page);
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.locator("[data-near]").click();
  await page.locator(".far").first().waitFor();
  const far = (await page.locator(".far").allInnerTexts()).map((one) => Number(/[\d.]+/.exec(one)[0]));
  assert.ok(far.length > 2);
  assert.deepEqual(far, [...far].sort((a, b) => a - b));
  assert.deepEqual(asked, []);
});

test("a device that tells no place says so to everybody", async () => {
  const page = await open("/libraries");
  await heard(page);
  await page.locator("[data-near]").click();
  await page.locator(".said").filter({ hasText: /./ }).waitFor();
});

test("what is said of open libraries has its room in a book's table", async () => {
  const { results: [{ id }] } = await (await fetch(`${base}/api/search?q=파이썬`)).json();
  for (const [window, hl, said] of [[windows.phone, "ko", "열림"], [windows.phone, "en", "open to"], [windows.narrow, "ko", "열림"], [windows.narrow, "en", "open to"]]) {
    const page = await open("about:blank", { window });
    await page.clock.setFixedTime(seoul("2026-12-01", "10:30"));
    await page.goto(`/books/${id}?hl=${hl}`);
    await page.locator("td .now").filter({ hasText: said }).first().waitFor();
  }
});
