// What script adds to pages that are whole without it.
import * as here from "./here.js";
import * as kept from "./kept.js";
import { PLACES } from "./shared.js";
import * as suggest from "./suggest.js";

function mount() {
  suggest.mount();
  kept.mount();
  here.mount();
  const device = document.querySelector("[data-device]");
  if (device) import("./device.js").then(({ mount }) => mount(device));
}

kept.start();
mount();
if (PLACES.includes(location.pathname)) (await import("./turn.js")).start(mount);
// What only works with script was invisible.
document.documentElement.dataset.script = "";
