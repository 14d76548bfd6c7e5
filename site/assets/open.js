// Whether a library is open, in Seoul, where hours, closed days and holidays all parse (docs/LIBRARIANS.md, "Opening hours").
import { words } from "./shared.js";

const NAMES = ["일", "월", "화", "수", "목", "금", "토"];
const LATIN = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const ORDINALS = ["첫", "둘", "셋", "넷", "다섯"];
const HOLIDAYS = /^(법정)?\s*공휴일$|^public holidays$/i;
const EVERY = { 매일: "0123456", daily: "0123456", 평일: "12345", weekdays: "12345", 주말: "06", weekends: "06" };

const day = (text) => {
  const name = text.trim().toLowerCase();
  const at = NAMES.indexOf(name.replace(/요일$/, ""));
  return at < 0 ? LATIN.indexOf(name.replace(/^(sun|mon|tue|wed|thu|fri|sat)(day|sday|nesday|rsday|urday)?s?$/, "$1")) : at;
};

// Days of the week, or null.
function days(text) {
  const known = EVERY[text.trim().toLowerCase()];
  if (known) return [...known].map(Number);
  const out = [];
  for (const part of text.split(/[·ㆍ&]/)) {
    const [from, to = from, more] = part.split(/[~–-]/).map(day);
    if (more !== undefined || from < 0 || to < 0) return null;
    for (let at = from; ; at = (at + 1) % 7) {
      out.push(at);
      if (at === to) break;
    }
  }
  return out;
}

const minutes = (text) => {
  const [hour, minute] = text.split(":").map(Number);
  return hour < 25 && minute < 60 ? hour * 60 + minute : NaN;
};

// From and to in minutes, of days and of holidays; or null.
export function opening(text) {
  const week = {};
  for (const part of text.split(/[/;,]/)) {
    const [, named, from, to] = /^\s*(.*?)\s*(\d{1,2}:\d\d)\s*[~–-]\s*(\d{1,2}:\d\d)\s*$/.exec(part) ?? [];
    const times = from && [minutes(from), minutes(to)];
    const of = !named ? days("매일") : HOLIDAYS.test(named) ? ["holiday"] : days(named);
    if (!times || !of || !(times[0] < times[1])) return null;
    for (const one of of) week[one] = times;
  }
  return week;
}

// Whether a date is a closed day; or null.
export function closing(text) {
  if (/^\s*(연중무휴|없음|none)\s*$/i.test(text)) return () => false;
  const rules = [];
  for (const part of text.split(/[/;]|,(?!\s*(?:첫|둘|셋|넷|다섯)째)/)) {
    const rule = part.trim();
    const monthly = /^(?:매월\s*)?((?:(?:첫|둘|셋|넷|다섯)째\s*[·ㆍ,]?\s*)+)(?:주\s*)?(\S+)$/.exec(rule);
    const dated = /^(?:매년\s*)?(\d{1,2})월\s*(\d{1,2})일$/.exec(rule);
    const weekly = days(rule.replace(/^(매주|every)\s*/i, ""));
    const named = /^(설날|설|추석|신정|성탄절|근로자의 날)(\s*(당일|연휴))?$/.exec(rule);
    if (HOLIDAYS.test(rule)) rules.push(({ holiday }) => holiday !== undefined);
    else if (monthly && days(monthly[2])) {
      const of = days(monthly[2]);
      const weeks = ORDINALS.flatMap((word, at) => (monthly[1].includes(`${word}째`) ? [at] : []));
      rules.push((date) => of.includes(date.day) && weeks.includes(Math.floor((date.date - 1) / 7)));
    } else if (weekly) rules.push((date) => weekly.includes(date.day));
    else if (dated) rules.push((date) => date.month === +dated[1] && date.date === +dated[2]);
    else if (named) rules.push(({ holiday }) => holiday !== undefined && holiday.includes(named[1]));
    else return null;
  }
  return (date) => rules.some((rule) => rule(date));
}

// Whether it is open, and until when; or null.
export function state(hours, closed, holidays, now) {
  const seoul = new Date(now + 9 * 3_600_000);
  const iso = seoul.toISOString().slice(0, 10);
  const known = new Map((holidays ?? "").split("|").filter(Boolean).map((one) => [one.slice(0, 10), one.slice(11)]));
  const [week, isClosed] = [opening(hours ?? ""), closing(closed ?? "")];
  // Of a year without a holiday nothing is known.
  if (!week || !isClosed || ![...known.keys()].some((one) => one.startsWith(iso.slice(0, 4)))) return null;
  const date = { day: seoul.getUTCDay(), date: seoul.getUTCDate(), month: seoul.getUTCMonth() + 1, holiday: known.get(iso) };
  if (isClosed(date)) return { open: false };
  const times = week[date.holiday === undefined ? date.day : "holiday"];
  if (!times) return null;
  const at = seoul.getUTCHours() * 60 + seoul.getUTCMinutes();
  return { open: times[0] <= at && at < times[1], until: times[1] };
}

export function mount(time = Date.now()) {
  for (const place of document.querySelectorAll("[data-hours]")) {
    const { hours, closed } = place.dataset;
    const said = state(hours, closed, place.closest("[data-holidays]")?.dataset.holidays, time);
    const now = place.querySelector(".now");
    if (!said || !now) continue;
    const pad = (number) => String(number).padStart(2, "0");
    const until = said.open && `${pad(Math.floor(said.until / 60))}:${pad(said.until % 60)}`;
    now.textContent = said.open ? words().open(until) : words().shut;
  }
}
