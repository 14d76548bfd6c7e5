// Where there is no room beside the results their filters are a sheet over them. What is pressed on it turns the page behind it, and
// it stays, with the filters of that page.
const find = (selector) => document.querySelector(selector);
const label = ({ textContent }) => textContent.replace("✓", "").trim();
let sheet, filters, main, pressed;

// What is said is heard and seen over the page: the rest of it is out of reach meanwhile.
const say = (to, from) => to.append(...from.querySelectorAll(":scope > [role=status]"));

const turned = new MutationObserver(() => {
  if (find("main") === main) return;
  main = find("main");
  const fresh = main.querySelector("#narrow");
  if (!fresh) return sheet.close();
  const { scrollTop } = sheet;
  for (const { name, value, defaultValue } of filters.querySelectorAll("input:not([type=hidden])")) {
    if (value !== defaultValue) fresh.querySelector(`input[name=${name}]`).value = value;
  }
  filters.replaceWith(fresh);
  filters = fresh;
  sheet.scrollTop = scrollTop;
  const same = [...filters.querySelectorAll("section a")].find((link) => label(link) === pressed);
  (same ?? filters.querySelector(".show a")).focus({ preventScroll: true });
});

function clicked(event) {
  const link = event.target.closest("a");
  pressed = link && label(link);
  if (!link?.closest(".show") && event.target !== sheet) return;
  event.preventDefault();
  sheet.close();
}

function closed() {
  turned.disconnect();
  say(document.body, sheet);
  find(".found")?.append(filters);
  sheet.remove();
  (find("a.jump") ?? find("main h1")).focus({ preventScroll: true });
}

export function open() {
  [main, filters] = [find("main"), find("#narrow")];
  sheet = document.createElement("dialog");
  sheet.className = "sheet";
  sheet.setAttribute("aria-labelledby", "narrow-title");
  sheet.append(filters);
  document.body.append(sheet);
  say(sheet, document.body);
  sheet.addEventListener("click", clicked);
  sheet.addEventListener("close", closed);
  sheet.showModal();
  turned.observe(document.body, { childList: true });
}
