// What script adds to pages that are whole without it.
import * as kept from "./kept.js";
import { LIGHT, PLACES, isShared, read, tell, unsay, words } from "./shared.js";
import * as suggest from "./suggest.js";

let isTold = false;

// That a page is from the catalogue on this device, and why.
function here() {
  const why = document.documentElement.dataset.answered;
  if (why) tell(words().here[why], [], Infinity);
  else if (isTold) unsay();
  isTold = Boolean(why);
}

// What no first visit waits for.
function afterLoad(work) {
  if (document.readyState === "complete") work();
  else addEventListener("load", work);
}

function mount() {
  suggest.mount();
  kept.mount();
  here();
  if (/^\/(search$|books\/)/.test(location.pathname)) afterLoad(() => import("./recent.js").then(({ note }) => note(), () => {}));
  for (const [found, file] of [["[data-device]", "./device.js"], ["[data-away]", "./away.js"], ["[data-find]", "./find.js"], ["[data-left]", "./left.js"]]) {
    const part = document.querySelector(found);
    // A page that is left meanwhile, or has no network, does without.
    if (part) import(file).then(({ mount }) => mount(part), () => {});
  }
}

// As a key of one sign it can be switched off, on the page about the site.
function toBox(event) {
  const { key, ctrlKey, altKey, metaKey, isComposing, target } = event;
  if (key !== "/" || ctrlKey || altKey || metaKey || isComposing || target.closest?.("input, textarea, select") || read("slash.off")) return;
  const box = document.querySelector("form.search input[name=q]");
  box?.select();
  if (box) event.preventDefault();
}

async function keepCopies() {
  const host = navigator.serviceWorker;
  if (!(await host?.getRegistration())) await host?.register(LIGHT, { scope: "/" });
}

const left = async (what) => (await import("./left.js"))[what]();
const settle = () => (isShared() ? left("forgetAll") : keepCopies()).catch(() => {});

kept.start();
mount();
if (PLACES.includes(location.pathname)) (await import("./turn.js")).start(mount);
document.addEventListener("keydown", toBox);
document.addEventListener("click", (event) => {
  const pressed = (selector) => event.target.closest?.(selector);
  if (pressed("[data-do=leave]")) left("share");
  if (!pressed("[data-sheet]") || !matchMedia("(width < 60rem)").matches) return;
  event.preventDefault();
  import("./sheet.js").then(({ open }) => open(), () => { location.hash = "narrow"; });
});
addEventListener("beforeinstallprompt", (prompt) => {
  prompt.preventDefault();
  if (!isShared()) import("./install.js").then(({ offer }) => offer(prompt));
});
afterLoad(settle);
// What only works with script was invisible.
document.documentElement.dataset.script = "";
