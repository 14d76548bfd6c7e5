// This device's storage and who may use it, the words that script says and where it says them, and the way to other pages.

// Pages that may replace each other; the others load nothing for it.
export const PLACES = ["/", "/search", "/list"];
// To another page: as the browser goes, until pages turn in place.
export const way = { go: (url) => location.assign(url) };

export const LIGHT = "/assets/device/light.js";

// Nothing may stay when this tab is closed: says every page, or a visitor in a tab, which tells others by a lock.
const SHARED = "seoga.shared";
const html = document.documentElement;
export const attempt = (work) => { try { return work(); } catch {} };
const held = (await navigator.locks?.query())?.held ?? [];

export const isShared = () => html.dataset.shared !== undefined;

export function beShared() {
  html.dataset.shared = "";
  attempt(() => sessionStorage.setItem(SHARED, 1));
  navigator.locks?.request(SHARED, { mode: "shared" }, () => new Promise(() => {}));
}

if (isShared() || attempt(() => sessionStorage.getItem(SHARED)) || held.some(({ name }) => name === SHARED)) beShared();
addEventListener("storage", ({ key }) => key === SHARED && beShared());

const storage = () => (isShared() ? sessionStorage : localStorage);
const meanwhile = {};

// Where storage is off or full, a thing lasts as long as the page.
export function read(name, otherwise) {
  try {
    return meanwhile[name] ?? JSON.parse(storage().getItem(`seoga.${name}`)) ?? otherwise;
  } catch (error) {
    if (error instanceof SyntaxError) console.warn(`seoga.${name} is damaged`);
    return otherwise;
  }
}

// `null` forgets.
export function write(name, value) {
  delete meanwhile[name];
  try {
    if (value === null) storage().removeItem(`seoga.${name}`);
    else storage().setItem(`seoga.${name}`, JSON.stringify(value));
  } catch {
    meanwhile[name] = value;
  }
}

export const tables = {
  ko: {
    suggestions: "검색어 제안",
    suggested: (n) => `제안 ${n}개`,
    kinds: { keyword: "주제어", title: "제목", author: "지은이", publisher: "출판사", asked: "최근에 찾음", seen: "최근에 본 책" },
    forget: "최근 기록 지우기",
    books: (n) => `${n}권`,
    mine: (n) => `내 도서관 ${n}곳`,
    open: (until) => `열림, ${until}까지`,
    shut: "지금 닫힘",
    far: (km) => `약 ${km} km`,
    sorted: "가까운 순으로 놓았습니다. 위치는 어디에도 보내지 않습니다.",
    nowhere: "위치를 알 수 없습니다. 구 이름을 적어 찾아 주세요.",
    add: "책바구니에 담기",
    remove: "책바구니에서 빼기",
    added: (n) => `담았습니다. 내 책바구니: ${n}권`,
    removed: (n) => `뺐습니다. 내 책바구니: ${n}권`,
    full: (n) => `책바구니에는 ${n}권까지 담을 수 있습니다.`,
    toList: (n) => `${n}권 · 책바구니 보기`,
    undo: "되돌리기",
    offline: "연결되지 않아 이 페이지에 그대로 있습니다.",
    again: "다시 시도",
    copied: "복사했습니다.",
    told: "도서관에 알립니다. 고맙습니다.",
    here: { offline: "연결이 없어 이 기기에 둔 자료에서 찾았습니다.", busy: "지금 서비스가 답하지 못해 이 기기에 둔 자료에서 찾았습니다." },
  },
  en: {
    suggestions: "Suggestions",
    suggested: (n) => `${n} suggestion${n === 1 ? "" : "s"}`,
    kinds: { keyword: "Subject", title: "Title", author: "Author", publisher: "Publisher", asked: "Searched lately", seen: "Seen lately" },
    forget: "Forget these",
    books: (n) => `${n} book${n === 1 ? "" : "s"}`,
    mine: (n) => `My libraries: ${n}`,
    open: (until) => `open to ${until}`,
    shut: "closed now",
    far: (km) => `about ${km} km`,
    sorted: "Nearest first. Your position is sent nowhere.",
    nowhere: "The position is not known. Type a district instead.",
    add: "Add to my list",
    remove: "Remove from list",
    added: (n) => `Added. My list: ${n}`,
    removed: (n) => `Removed. My list: ${n}`,
    full: (n) => `A list holds ${n} books at most.`,
    toList: (n) => `${n} book${n === 1 ? "" : "s"} · Show my list`,
    undo: "Undo",
    offline: "There is no connection. This page stays as it is.",
    again: "Try again",
    copied: "Copied.",
    told: "Thank you. The library is told.",
    here: { offline: "There is no connection: this is from the catalogue on this device.", busy: "The service cannot answer now: this is from the catalogue on this device." },
  },
};

export const words = () => tables[document.documentElement.lang] ?? tables.ko;

function region(className) {
  const element = document.createElement("p");
  element.role = "status";
  element.className = className;
  document.body.append(element);
  return element;
}

const spoken = region("unseen");
const seen = region("said");
let until;

// The same words may come twice; what was gone for a frame does not move.
function put(element, ...parts) {
  element.replaceChildren();
  requestAnimationFrame(() => requestAnimationFrame(() => element.replaceChildren(...parts)));
}

// To screen readers.
export const say = (text) => put(spoken, text);

// To everybody, for a while; with a way to act for longer, or for as long as `seconds` says.
export function tell(text, actions = [], seconds = actions.length ? 10 : 5) {
  clearTimeout(until);
  put(seen, text, ...actions);
  if (seconds < Infinity) until = setTimeout(unsay, seconds * 1000);
}

export const unsay = () => seen.replaceChildren();

export function button(text, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.append(text);
  element.addEventListener("click", () => { unsay(); act(); });
  return element;
}
