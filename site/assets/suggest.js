// Suggestions while typing: an ARIA 1.2 combobox. Right with an input method: its keys are left alone, and the box's
// value is never written.
import { say, words } from "./shared.js";
import { go } from "./turn.js";

const WAIT = 120;
const answers = new Map();
let boxes = 0;

async function ask(q, signal) {
  const v = document.documentElement.dataset.generation;
  const address = `/api/suggest?${new URLSearchParams({ q, limit: 8, ...(v && { v }) })}`;
  if (!answers.has(address)) {
    const answer = await fetch(address, { signal });
    if (!answer.ok) return [];
    answers.set(address, (await answer.json()).suggestions);
  }
  return answers.get(address);
}

export function mount() {
  const input = document.querySelector("form.search input[name=q]");
  if (!input || input.role) return;
  const list = document.createElement("ul");
  const id = (list.id = `suggestions-${++boxes}`);
  let shown = [], active = -1, timer, asking;
  list.role = "listbox";
  list.ariaLabel = words().suggestions;
  input.after(list);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.setAttribute("aria-controls", id);

  function point(at) {
    active = at;
    [...list.children].forEach((option, n) => { option.ariaSelected = n === at; });
    list.children[at]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
  }

  function open(is) {
    list.hidden = !is;
    input.ariaExpanded = is;
    point(-1);
  }

  function stop() {
    clearTimeout(timer);
    asking?.abort();
  }

  function close() {
    stop();
    open(false);
  }

  function show(suggestions) {
    shown = suggestions;
    list.replaceChildren(...shown.map(({ text, kind, count }, n) => {
      const option = document.createElement("li");
      const note = document.createElement("small");
      option.id = `${id}-${n}`;
      option.role = "option";
      note.textContent = `${words().kinds[kind]} ${words().books(count)}`;
      option.append(text, " ", note);
      return option;
    }));
    open(shown.length > 0);
    say(words().suggested(shown.length));
  }

  function later(wait) {
    stop();
    const q = input.value.trim();
    if (!q) return close();
    timer = setTimeout(async () => {
      const { signal } = (asking = new AbortController());
      try {
        const suggestions = await ask(q, signal);
        if (!signal.aborted && document.activeElement === input) show(suggestions);
      } catch {} // Overtaken, or no network.
    }, wait);
  }

  function choose(at) {
    const data = new FormData(input.form);
    data.set("q", shown[at].text);
    close();
    go(new URL(`?${new URLSearchParams(data)}`, input.form.action));
  }

  function key(event) {
    // 229: the input method's, also where the browser says that it is done.
    if (event.isComposing || event.keyCode === 229) return;
    const { key } = event;
    if (key === "ArrowDown" && list.hidden) later(0);
    else if (list.hidden) return;
    else if (key === "ArrowDown" || key === "ArrowUp") {
      // The box itself is a stop on the way round.
      const stops = shown.length + 1;
      point(((active + 1 + (key === "ArrowDown" ? 1 : -1) + stops) % stops) - 1);
    } else if (key === "Enter" && active >= 0) choose(active);
    else if (key === "Escape") close();
    else {
      if (key === "Enter" || key === "Tab") close();
      else if (key !== "Shift") point(-1);
      return;
    }
    event.preventDefault();
  }

  input.addEventListener("input", () => later(WAIT));
  input.addEventListener("keydown", key);
  input.addEventListener("blur", close);
  // The box keeps the focus, and a composition in it its text.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const at = [...list.children].indexOf(target.closest("li"));
    if (at >= 0) choose(at);
  });
  close();
}
