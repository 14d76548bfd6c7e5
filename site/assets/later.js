// Picks from pages that the catalogue on this device answered: once the edge answers again it is asked their question, and signs it.
import { tell } from "./shared.js";

export const tables = {
  ko: [
    "이 기기에 둔 자료에서 고르신 것을 이제 도서관에 알렸습니다.",
    "그사이 도서 목록이 바뀌어, 고르신 책이 결과의 몇 번째였는지는 빼고 도서관에 알렸습니다.",
    "그사이 도서 목록이 바뀌어, 이 기기에 둔 자료에서 고르신 것을 도서관에 알리지 못했습니다.",
  ],
  en: [
    "The library has now been told what you picked from the catalogue on this device.",
    "The catalogue has changed since, so the library was told of your pick without its place in the results.",
    "The catalogue has changed since, so the library could not be told what you picked from the one on this device.",
  ],
};
const [SENT, MOVED, LOST] = [0, 1, 2];

let worst = SENT;
let at = 0;

// Of several picks the worst is what is said.
function told(what) {
  worst = Date.now() - at < 5000 ? Math.max(worst, what) : what;
  at = Date.now();
  tell((tables[document.documentElement.lang] ?? tables.ko)[worst]);
}

// What became of a pick that was sent.
export const said = (pick, isStored) => told(!isStored ? LOST : pick.without_rank ? MOVED : SENT);

/** Offers what a pick on this page keeps: its question, and the generation that answered. What has no words no program may ask. */
export function question() {
  const { answered, generation } = document.documentElement.dataset;
  const { pathname, search } = location;
  return answered && pathname === "/search" && /[?&]q=[^&]/.test(search) && { question: search, generation };
}

/** Names what is no pick; where the edge answered the page it is back. */
export function mount(hurry, lost) {
  if (lost) console.warn(`seoga.choices: ${lost} entries are no picks, or older than a week`);
  if (!document.documentElement.dataset.answered) hurry();
}

/** Signs a pick that has a question still, before it is sent, so that it is the same if it is sent again. */
export async function signed(pick, settle) {
  if (!pick.question) return pick;
  const asked = await ask(pick);
  settle(pick, asked);
  return asked;
}

/**
 * Asks the edge the question of a pick; gives the pick with the edge's query id. Of another generation it is without a rank, and that
 * none of the books was it says nothing of books that the visitor has not seen: what cannot be told any more is `undefined`, and said.
 * Throws while the edge does not answer: what this device answers in its place is not signed.
 */
async function ask({ question, ...pick }) {
  const params = new URLSearchParams(question);
  for (const name of ["page", "mine"]) params.delete(name);
  params.set("limit", 1);
  params.set("v", pick.generation);
  // What a page lists where its address does not say.
  if (!params.has("group")) params.set("group", "work");
  const answer = await fetch(`/api/search?${params}`, { cache: "no-store" });
  if ([400, 414].includes(answer.status)) return told(LOST);
  const { query_id, generation } = await answer.json();
  if (!query_id) throw new Error("not signed");
  const without_rank = generation !== pick.generation || undefined;
  return without_rank && pick.none ? told(LOST) : { ...pick, query_id, without_rank };
}
