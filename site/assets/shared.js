// This device's storage, the words that script says, and where it says them.

const meanwhile = {};

// Where storage is off, a thing lasts as long as the page.
export function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`seoga.${name}`)) ?? meanwhile[name] ?? otherwise;
  } catch {
    return meanwhile[name] ?? otherwise;
  }
}

// `null` forgets.
export function write(name, value) {
  meanwhile[name] = value;
  try {
    if (value === null) localStorage.removeItem(`seoga.${name}`);
    else localStorage.setItem(`seoga.${name}`, JSON.stringify(value));
  } catch {}
}

export const tables = {
  ko: {
    suggestions: "검색어 제안",
    suggested: (n) => `제안 ${n}개`,
    kinds: { keyword: "주제어", title: "제목", author: "지은이", publisher: "출판사" },
    books: (n) => `${n}권`,
    chosen: (n) => `도서관 고르기 (${n ? `${n}곳 선택` : "지금은 모든 도서관"})`,
    add: "목록에 담기",
    remove: "목록에서 빼기",
    added: (n) => `담았습니다. 내 목록: ${n}권`,
    removed: (n) => `뺐습니다. 내 목록: ${n}권`,
    full: (n) => `목록에는 ${n}권까지 담을 수 있습니다.`,
    copied: "주소를 복사했습니다.",
    notCopied: "복사하지 못했습니다.",
    told: "도서관에 알립니다. 고맙습니다.",
  },
  en: {
    suggestions: "Suggestions",
    suggested: (n) => `${n} suggestion${n === 1 ? "" : "s"}`,
    kinds: { keyword: "Subject", title: "Title", author: "Author", publisher: "Publisher" },
    books: (n) => `${n} book${n === 1 ? "" : "s"}`,
    chosen: (n) => `Choose libraries (${n ? `${n} chosen` : "now: all of them"})`,
    add: "Add to my list",
    remove: "Remove from list",
    added: (n) => `Added. My list: ${n}`,
    removed: (n) => `Removed. My list: ${n}`,
    full: (n) => `A list holds ${n} books at most.`,
    copied: "Address copied.",
    notCopied: "It could not be copied.",
    told: "Thank you. The library is told.",
  },
};

export const words = () => tables[document.documentElement.lang] ?? tables.ko;

const region = document.createElement("p");
region.role = "status";
region.className = "unseen";
document.body.append(region);
let until;

// To screen readers; `shown`: to everybody, for a while.
export function say(text, shown) {
  clearTimeout(until);
  region.className = shown ? "said" : "unseen";
  // The same words may come twice.
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
  if (shown) until = setTimeout(() => { region.className = "unseen"; }, 5000);
}
