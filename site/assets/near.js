// Libraries by nearness, if asked: sorted here, sent nowhere.
import { tell, words } from "./shared.js";

const metres = ([a, b], [c, d]) => {
  const east = (d - b) * Math.cos(((a + c) * Math.PI) / 360);
  return Math.hypot(c - a, east) * 111_195;
};

function sort({ coords }) {
  const list = document.querySelector("ul.libraries");
  const here = [coords.latitude, coords.longitude];
  const far = (item) => (item.dataset.place ? metres(here, item.dataset.place.split(",").map(Number)) : Infinity);
  const items = [...list.children].sort((a, b) => far(a) - far(b));
  for (const item of items) {
    if (far(item) === Infinity) continue;
    item.querySelector(".far")?.remove();
    const text = words().far((Math.floor(far(item) / 100) / 10).toFixed(1));
    item.querySelector(".n").prepend(Object.assign(document.createElement("span"), { className: "far", textContent: `${text} ` }));
  }
  list.append(...items);
  tell(words().sorted);
}

export function mount() {
  for (const button of document.querySelectorAll("[data-near]")) {
    button.dataset.script = "mounted";
    button.addEventListener("click", () => {
      navigator.geolocation?.getCurrentPosition(sort, () => tell(words().nowhere), { maximumAge: 600_000, timeout: 10_000 });
    });
  }
}
