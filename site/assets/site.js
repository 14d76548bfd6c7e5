// What script adds to pages that are whole without it.
import * as kept from "./kept.js";
import * as suggest from "./suggest.js";
import * as turn from "./turn.js";

function mount() {
  suggest.mount();
  kept.mount();
}

kept.start();
turn.start(mount);
mount();
// What only works with script was invisible.
document.documentElement.dataset.script = "";
