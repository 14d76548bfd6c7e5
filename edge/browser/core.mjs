// The core in a browser: a request in, the WASM driven effect by effect, an answer out.
//
// Invariant: every request gets an answer, and WASM that broke answers no other request: it is begun anew.
import init, { Edge, __wbg_reset_state as reset, broken } from './seoga.js';
import { hold, read } from './files.mjs';
import { program, unable } from './program.mjs';

let edge;
/** The WASM's memory, and exchanges that are under way in it. */
let memory;
let pending = 0;

async function begin(anew) {
  ({ memory } = await init({ module_or_path: await program(anew) }));
  return new Edge();
}

/** The application, of WASM that is begun once; WASM that is damaged is fetched again. */
export function application() {
  edge ??= begin(false).catch((error) => {
    console.error(error);
    return begin(true);
  });
  return edge.catch((error) => {
    edge = undefined;
    throw error;
  });
}

/** Begins a new application, which knows nothing of the generation before; what is under way ends with the one it has. */
export async function renew() {
  await application();
  edge = Promise.resolve(new Edge());
}

async function drive(exchange) {
  pending += 1;
  try {
    for (let paths = exchange.paths(); paths; paths = exchange.paths()) {
      const files = await Promise.all(paths.map(read));
      for (const file of files) exchange.file(file);
      exchange.fetched();
    }
    // A device has no store.
    if (exchange.record() !== undefined) exchange.put('failed');
    return response(exchange);
  } finally {
    pending -= 1;
    try {
      exchange.free();
    } catch {
      // The caller has the error that broke it.
    }
  }
}

function response(exchange) {
  const { status, headers } = JSON.parse(exchange.head());
  const body = exchange.body();
  return new Response(body.length ? body : null, { status, headers });
}

/** Says what is under way: exchanges, and the bytes that the WASM has taken. */
export const state = async () => ({ pending, bytes: memory?.buffer.byteLength ?? 0 });

/** Answers a request for a page or of the API; where the core broke or is not there a page says so. */
export async function answer(request) {
  const { origin, pathname, search } = new URL(request.url);
  const id = crypto.randomUUID();
  // What a browser adds to a request only when it leaves.
  const languages = navigator.languages.map((language, n) => `${language};q=${(1 - Math.min(n, 9) / 10).toFixed(1)}`);
  const told = {
    method: request.method,
    // A file server calls a page by its folder.
    path: pathname.replace(/(.)\/$/, '$1').replace(/\/index\.html$/, '/'),
    query: search.slice(1),
    headers: [...request.headers, ['accept-language', languages.join(',')]],
    body_too_large: false,
    now: Math.floor(Date.now() / 1000),
    base: origin,
    instance: id,
    location: '',
  };
  const body = new Uint8Array(await request.arrayBuffer());
  const begun = await application().catch(() => undefined);
  if (!begun) return unable();
  try {
    const made = await drive(begun.begin(JSON.stringify(told), body));
    // Behind the first answer, for those that follow.
    hold().catch(console.error);
    return made;
  } catch (error) {
    console.error(error);
    reset();
    memory = undefined;
    edge = Promise.resolve(new Edge());
    return request.mode === 'navigate' ? unable() : drive(broken(id));
  }
}
