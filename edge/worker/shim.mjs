// The module that workerd loads: hands each request to the WASM, and starts the WASM anew after a panic or a trap.
//
// The state is `worker`'s, whose panic hook sets the flag. Bundled into build/worker/index.js with the glue that
// wasm-bindgen writes, which is ./index.js here.
import { WorkerEntrypoint } from 'cloudflare:workers';
import * as wasm from './index.js';

// A stack as long as V8 keeps it: one of a panic has more frames than ten.
Error.stackTraceLimit = 100;
const state = wasm.__worker_init_state();

function noteTrap(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  console.error('Critical', error);
  state.criticalError = true;
}

addEventListener('error', ({ error }) => noteTrap(error));

function startAnew() {
  if (!state.criticalError) return;
  console.log('Reinitializing Wasm application');
  wasm.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId += 1;
}

export default class extends WorkerEntrypoint {
  fetch(request) {
    startAnew();
    try {
      return wasm.fetch(request, this.env, this.ctx);
    } catch (error) {
      noteTrap(error);
      throw error;
    }
  }
}
