// Suggestions: an ARIA 1.2 combobox. Keys of an input method and the box's value are left alone.
import { say, way, words } from "./shared.js";

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
    list.replaceChildren(...shown.map(({ text, kind, count, matched }, n) => {
      const [option, name, typed, note] = ["li", "span", "mark", "small"].map((tag) => document.createElement(tag));
      const letters = [...text];
      option.id = `${id}-${n}`;
      option.role = "option";
      note.textContent = [words().kinds[kind], count && words().books(count)].filter(Boolean).join(" ");
      typed.append(...letters.splice(0, matched?.end ?? 0));
      name.append(typed, ...letters);
      if (/[ㄱ-힣]/.test(text)) name.lang = "ko";
      option.append(name, " ", note);
      return option;
    }));
    open(shown.length > 0);
    say(words().suggested(shown.length));
  }

  async function offerRecent() {
    const { recent } = await import("./recent.js");
    if (input.value.trim() || document.activeElement !== input) return;
    const found = recent();
    if (found.length) show(found);
    else close();
  }

  function later(wait) {
    stop();
    const q = input.value.trim();
    if (!q) return offerRecent();
    timer = setTimeout(async () => {
      const { signal } = (asking = new AbortController());
      try {
        const suggestions = await ask(q, signal);
        if (!signal.aborted && document.activeElement === input) show(suggestions);
      } catch {} // Overtaken, or no network.
    }, wait);
  }

  function choose(at) {
    const { id, query, act } = shown[at];
    close();
    if (act) return act();
    const data = new FormData(input.form);
    data.set("q", query);
    way.go(new URL(`${id ? `/books/${id}` : ""}?${new URLSearchParams(data)}`, input.form.action), { sent: input.value });
  }

  function key(event) {
    // 229: the input method's, though said to be done.
    if (event.isComposing || event.keyCode === 229) return;
    const { key } = event;
    if (key === "ArrowDown" && list.hidden) later(0);
    else if (list.hidden) return;
    else if (key === "ArrowDown" || key === "ArrowUp") {
      // The box is a stop.
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

  // Above a phone's keyboard there is room for suggestions only where the box is at the top.
  input.addEventListener("focus", () => {
    if (innerWidth < 704) input.scrollIntoView({ block: "start", behavior: "instant" });
  });
  input.addEventListener("input", () => later(WAIT));
  // Not by a click: where the box moves when it has the focus, none comes.
  input.addEventListener("mousedown", () => input.value || later());
  input.addEventListener("keydown", key);
  input.addEventListener("blur", close);
  // Focus and composition stay.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const at = [...list.children].indexOf(target.closest("li"));
    if (at >= 0) choose(at);
  });
  close();
}
