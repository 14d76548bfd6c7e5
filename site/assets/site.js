// What script adds to pages that are whole without it.
import * as kept from "./kept.js";
import { LIGHT, PLACES, isShared, tell, unsay, words } from "./shared.js";
import * as suggest from "./suggest.js";

let isTold = false;

// That a page is from the catalogue on this device, and why.
function here() {
  const why = document.documentElement.dataset.answered;
  if (why) tell(words().here[why], [], Infinity);
  else if (isTold) unsay();
  isTold = Boolean(why);
}

function mount() {
  suggest.mount();
  kept.mount();
  here();
  for (const [found, file] of [["[data-device]", "./device.js"], ["[data-away]", "./away.js"], ["[data-left]", "./left.js"]]) {
    const part = document.querySelector(found);
    if (part) import(file).then(({ mount }) => mount(part));
  }
}

// After the page, so that no first visit waits for it.
async function keepCopies() {
  const host = navigator.serviceWorker;
  if (!(await host?.getRegistration())) await host?.register(LIGHT, { scope: "/" });
}

const left = async (what) => (await import("./left.js"))[what]();
const settle = () => (isShared() ? left("forgetAll") : keepCopies()).catch(() => {});

kept.start();
mount();
if (PLACES.includes(location.pathname)) (await import("./turn.js")).start(mount);
document.addEventListener("click", ({ target }) => target.closest?.("[data-do=leave]") && left("share"));
addEventListener("beforeinstallprompt", (prompt) => {
  prompt.preventDefault();
  if (!isShared()) import("./install.js").then(({ offer }) => offer(prompt));
});
if (document.readyState === "complete") settle();
else addEventListener("load", settle);
// What only works with script was invisible.
document.documentElement.dataset.script = "";
