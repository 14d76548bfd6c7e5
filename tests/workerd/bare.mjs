// A workerd of the tests' own, without wrangler's proxy in front of it: the proxy reads every answer to its end and keeps
// connections of its own, so that neither a visitor who hangs up nor the memory of an isolate can be seen through it.
//
// The worker is the one that ships, its files come late (as over a network), and beside the site's own paths it answers
// PROBE with what its instance of the WASM holds. Invariant: nothing of the worker's own code is changed for that.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../ports.mjs';

/** The path that tells live handles and memory. */
const PROBE = '/__live';

/** Remembers the instance of the WASM: evaluated before the worker's module makes it. */
const INSTANCE = `
globalThis.seogaProbe = {};
const Plain = WebAssembly.Instance;
WebAssembly.Instance = class extends Plain {
  constructor(module, imports) {
    super(module, imports);
    globalThis.seogaProbe.exports = this.exports;
  }
};
`;

/** The worker with one path more. Slots in use of wasm-bindgen's table are handles that the WASM keeps alive. */
const PROBED = `
import './instance.js';
import Inner from './index.js';
export default class extends Inner {
  fetch(request) {
    if (!request.url.endsWith('${PROBE}')) return super.fetch(request);
    const { __wbindgen_externrefs: table, memory } = globalThis.seogaProbe.exports;
    let handles = 0;
    for (let slot = 0; slot < table.length; slot += 1) if (table.get(slot) != null) handles += 1;
    return Response.json({ handles, bytes: memory.buffer.byteLength });
  }
}
`;

/** Files of the deployment, each after `late` milliseconds. */
const slow = (late) => `
export default { async fetch(request, env) {
  await scheduler.wait(${late});
  return env.DISK.fetch('http://disk' + new URL(request.url).pathname);
} };
`;

const text = (value) => JSON.stringify(value);

/** The service that gives the files: the disk itself, or one that waits before it asks the disk. */
const waiting = (date) => `
    (name = "slow", worker = (compatibilityDate = ${text(date)}, modules = [(name = "slow.js", esModule = embed "slow.js")],
      bindings = [(name = "DISK", service = "assets")])),`;

const config = ({ assets, port, settings, date, late }) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (compatibilityDate = ${text(date)}, modules = [
      (name = "probed.js", esModule = embed "probed.js"),
      (name = "instance.js", esModule = embed "instance.js"),
      (name = "index.js", esModule = embed "index.js"),
      (name = "index_bg.wasm", wasm = embed "index_bg.wasm"),
    ], bindings = [
      ${Object.entries(settings).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)}),`).join('\n      ')}
      (name = "ASSETS", service = "${late > 0 ? 'slow' : 'assets'}"),
    ])),${late > 0 ? waiting(date) : ''}
    (name = "assets", disk = (path = ${text(assets)})),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`;

/** A variable that the stage sets. */
export function need(name) {
  if (!process.env[name]) throw new Error(`${name} is not set; run: cargo xtask test --only faults, or cargo xtask load`);
  return process.env[name];
}

/**
 * Starts the worker that the stage built, over the static files of `assets`, each late by `late` milliseconds (0: as the
 * disk gives them), with `settings` as its variables, on a free port where none is named; waits until its status is that of `status`.
 */
export async function start({ assets = need('SEOGA_ASSETS'), late = 60, settings = {}, status = 200, port: named = null }) {
  const [workerd, script] = [need('SEOGA_WORKERD'), need('SEOGA_WORKER')];
  const date = readFileSync(join(import.meta.dirname, '../../wrangler.toml'), 'utf8').match(/^compatibility_date = "(.+)"$/m)[1];
  const folder = mkdtempSync(join(tmpdir(), 'seoga-workerd-'));
  for (const name of ['index.js', 'index_bg.wasm']) cpSync(join(script, name), join(folder, name));
  const port = named ?? await freePort();
  const files = {
    'instance.js': INSTANCE, 'probed.js': PROBED, 'slow.js': slow(late),
    'config.capnp': config({ assets: resolve(assets), port, settings, date, late }),
  };
  for (const [name, words] of Object.entries(files)) writeFileSync(join(folder, name), words);
  const child = spawn(workerd, ['serve', 'config.capnp', '--experimental'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => { said = (said + chunk).slice(-4000); });
  const base = `http://127.0.0.1:${port}`;
  const end = async () => {
    if (child.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true });
  };
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${base}/api/status`).catch(() => null);
    if (answer?.status === status) break;
    if (child.exitCode !== null || tries === 300) {
      await end();
      throw new Error(`workerd does not answer (${answer?.status ?? 'no connection'}): ${said}`);
    }
    await new Promise((done) => { setTimeout(done, 100); });
  }
  return { base, port, pid: child.pid, end, live: async () => (await fetch(base + PROBE)).json() };
}

/**
 * Sends `bytes` on a connection of its own and resets it after `patience` milliseconds (RST, as when a visitor goes away),
 * or as soon as the other side ends it; resolves when the connection is gone, with whether an answer had begun to come.
 */
export function hangUp(port, bytes, patience) {
  return new Promise((done, failed) => {
    const socket = new Socket();
    let answered = false;
    const timer = setTimeout(() => socket.resetAndDestroy(), patience);
    socket.once('close', () => { clearTimeout(timer); done(answered); });
    socket.once('error', (error) => { if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') failed(error); });
    socket.on('data', () => { answered = true; });
    socket.connect(port, '127.0.0.1', () => socket.write(bytes));
  });
}

/** Runs `work(0 … count - 1)`, `together` at a time. */
export async function inTurns(count, together, work) {
  let next = 0;
  const one = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      await work(number);
    }
  };
  await Promise.all(Array.from({ length: together }, one));
}
