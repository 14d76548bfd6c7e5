// A list that is long enough to look for something in: while words are typed, what has not all of them is put away.
const letters = (text) => text.normalize("NFKD").toLowerCase();

export function mount(field) {
  const items = [...document.querySelectorAll(".whole li")].map((item) => [item, letters(item.querySelector("a").textContent)]);
  const status = document.querySelector("main [role=status]");
  const look = () => {
    const words = letters(field.value).split(/\s+/);
    for (const [item, text] of items) item.hidden = !words.every((word) => text.includes(word));
    status.textContent = `${items.filter(([{ hidden }]) => !hidden).length} / ${items.length}`;
  };
  field.addEventListener("input", look);
  // What was typed before this was loaded.
  if (field.value !== field.defaultValue) look();
}
