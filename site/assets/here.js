// Says that a page is from the catalogue on this device, and why.
import { tell, unsay, words } from "./shared.js";

let isTold = false;

export function mount() {
  const why = document.documentElement.dataset.answered;
  if (why) tell(words().here[why], [], Infinity);
  else if (isTold) unsay();
  isTold = Boolean(why);
}
