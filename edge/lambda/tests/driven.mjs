// A function in a process of its own, as the platform runs one: told by messages what to answer, it says how many of its
// answers are out and what its WASM holds. The functions are those that the build made, with no line of their own changed.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

let exports;
const Plain = WebAssembly.Instance;
WebAssembly.Instance = class extends Plain {
  constructor(module, imports) {
    super(module, imports);
    exports = this.exports;
  }
};
console.error = () => {};
const { handler } = await import(pathToFileURL(join(process.argv[2], 'search.mjs')));
let pending = 0;
const statuses = {};

/** Slots in use of wasm-bindgen's table are handles that the WASM keeps alive. */
function live() {
  // Before the first event is answered there is no WASM.
  if (!exports) return { handles: 0, bytes: 0 };
  const { __wbindgen_externrefs: table, memory } = exports;
  let handles = 0;
  for (let slot = 0; slot < table.length; slot += 1) if (table.get(slot) != null) handles += 1;
  return { handles, bytes: memory.buffer.byteLength };
}

process.on('message', async ({ event, say }) => {
  if (say) return process.send({ pending, statuses, ...live() });
  pending += 1;
  // Nobody waits for what is said: its promise is given up as soon as it is made.
  handler(event).then(({ status }) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    pending -= 1;
  });
});
process.send('ready');
