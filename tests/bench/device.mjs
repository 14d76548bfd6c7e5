// A catalogue kept on a device, measured: bytes over the wire by kind of file, storage, the first answer cold and warm, and the answers to
// different questions with the server gone, on a CPU a fourth as fast. What is measured is the browser's host as it ships:
//
//     cargo xtask package --target files
//     node_modules/.bin/node tests/bench/device.mjs INDEX [--program build/browser] [--questions FILE.tsv] [--each 300] [--browser /usr/bin/chromium]
//
// INDEX is a folder of `index-builder build`; FILE has the column `query`. Chromium throttles
// no service worker, though it says so (a loop in it shows that), so that what its threads worked is taken four times: on Linux, any load beside.
import { readFile, readdir, stat } from "node:fs/promises";
import http from "node:http";
import { join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const { values, positionals: [index] } = parseArgs({
  allowPositionals: true,
  options: {
    program: { type: "string", default: "build/browser" }, questions: { type: "string" },
    each: { type: "string", default: "300" }, browser: { type: "string", default: "/usr/bin/chromium" },
  },
});
if (!index) throw new Error("usage: node tests/bench/device.mjs INDEX [--program DIR] [--questions FILE.tsv] [--each N] [--browser FILE]");
const TYPES = { css: "text/css", html: "text/html", js: "text/javascript", json: "application/json", png: "image/png", svg: "image/svg+xml", wasm: "application/wasm" };
const SLOWER = 4;

/** What went over the wire, by kind of file. */
const wire = new Map();
let isGone = false;
const server = http.createServer(async (request, response) => {
  if (isGone) return request.socket.destroy();
  const path = normalize(decodeURIComponent(request.url.split("?")[0]));
  const isIndex = path.startsWith("/index/");
  const file = isIndex ? join(index, path.slice("/index".length)) : join(values.program, path);
  const isFile = await stat(file).then((found) => found.isFile(), () => false);
  if (!isFile && /^\/(index|assets|host)\//.test(path)) return response.writeHead(404).end();
  const ending = isFile ? path.split(".").at(-1) : "html";
  const bytes = await readFile(isFile ? file : join(values.program, "page.html"));
  // As CDNs do: what is packed already is sent as it is.
  const isPacked = !(ending in TYPES) || ending === "png";
  const body = isPacked ? bytes : gzipSync(bytes);
  const kind = isIndex ? `index ${path.split("/").at(-1)[0]}` : ending;
  const one = wire.get(kind) ?? { files: 0, bytes: 0 };
  wire.set(kind, { files: one.files + 1, bytes: one.bytes + body.length });
  response.writeHead(200, {
    "content-type": TYPES[ending] ?? "application/octet-stream", "cache-control": "no-cache", ...(isPacked ? {} : { "content-encoding": "gzip" }),
  }).end(body);
});
await new Promise((resolve) => server.listen(0, "localhost", resolve));
const site = `http://localhost:${server.address().port}`;

/**
 * Milliseconds that the browser's threads have worked, by the kernel's account, in which other work on the machine is not: all of them,
 * and those of service workers alone. Compilers of WASM work beside an answer and are in the first alone.
 */
async function spent() {
  const parents = new Map();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    if (line) parents.set(Number(name), Number(line.slice(line.lastIndexOf(")") + 4).split(" ")[0]));
  }
  const isOurs = (id) => parents.has(id) && (parents.get(id) === process.pid || isOurs(parents.get(id)));
  const sums = { all: 0, worker: 0 };
  for (const id of [...parents.keys()].filter(isOurs)) {
    for (const thread of await readdir(`/proc/${id}/task`).catch(() => [])) {
      const [name, worked] = await Promise.all(["comm", "schedstat"].map((file) => readFile(`/proc/${id}/task/${thread}/${file}`, "utf8").catch(() => "0")));
      const ms = Number(worked.split(" ")[0]) / 1e6;
      sums.all += ms;
      if (name.startsWith("ServiceWorker")) sums.worker += ms;
    }
  }
  return sums;
}

/** The value below which this share of some values lies. */
const at = (share, of) => [...of].sort((a, b) => a - b)[Math.min(of.length - 1, Math.floor(of.length * share))];
const spread = (of) => [0.5, 0.95, 0.99, 1].map((share) => at(share, of).toFixed(1)).join(" / ");
const rows = async (file) => {
  const [head, ...lines] = (await readFile(file, "utf8")).trim().split("\n").map((line) => line.split("\t"));
  return lines.map((line) => line[head.indexOf("query")]);
};

const browser = await chromium.launch({ executablePath: values.browser, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
try {
  const context = await browser.newContext({ locale: "ko-KR" });
  const page = await context.newPage();
  const begun = performance.now();
  await page.goto(`${site}/search?q=파이썬`);
  await page.waitForSelector("html[data-generation]");
  console.log(`first page from nothing, server on this machine: ${Math.round(performance.now() - begun)} ms`);
  const deed = (deed) => page.evaluate((deed) => new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { value, error } }) => (error ? reject(new Error(error)) : resolve(value));
    navigator.serviceWorker.controller.postMessage({ do: deed }, [port2]);
  }), deed);
  const keeping = performance.now();
  while ((await deed("step")).left);
  console.log(`keeping: ${Math.round(performance.now() - keeping)} ms`);
  const { files, bytes } = await deed("kept");
  const { usage } = await page.evaluate(() => navigator.storage.estimate());
  console.log(`kept: ${files} files, ${bytes} bytes of the index; storage used, program and all, by the browser's own account: ${usage} bytes`);
  let sum = 0;
  for (const [kind, { files, bytes }] of [...wire].sort()) {
    sum += bytes;
    console.log(`wire ${kind.padEnd(8)} ${String(files).padStart(5)} files ${String(bytes).padStart(10)} bytes`);
  }
  console.log(`wire in all ${sum} bytes`);
  isGone = true;
  server.closeAllConnections();

  const worker = () => context.serviceWorkers()[0];
  // Whether Chromium throttles a service worker that it says it does: a loop of nothing, before and after.
  const fastest = async () => {
    const times = [];
    for (let n = 0; n < 5; n += 1) {
      times.push(await worker().evaluate(() => {
        const from = performance.now();
        for (let n = 0, sum = 0; n < 30_000_000; n += 1) sum = (sum + n) | 0;
        return performance.now() - from;
      }));
    }
    return Math.min(...times);
  };
  const before = await fastest();
  const cdp = await browser.newBrowserCDPSession();
  const { targetInfos } = await cdp.send("Target.getTargets");
  const { targetId } = targetInfos.find(({ type }) => type === "service_worker");
  const { sessionId } = await cdp.send("Target.attachToTarget", { targetId, flatten: false });
  const heard = new Promise((resolve) => cdp.once("Target.receivedMessageFromTarget", ({ message }) => resolve(JSON.parse(message))));
  const message = JSON.stringify({ id: 1, method: "Emulation.setCPUThrottlingRate", params: { rate: SLOWER } });
  await cdp.send("Target.sendMessageToTarget", { sessionId, message });
  const { error } = await heard;
  console.log(`Emulation.setCPUThrottlingRate ${SLOWER} at the service worker: ${error?.message ?? "taken"}; a loop there takes ${((await fastest()) / before).toFixed(1)} times as long`);
  await cdp.send("Target.detachFromTarget", { sessionId });

  const stop = async () => {
    const session = await context.newCDPSession(page);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
  };
  const navigated = async (path) => {
    const from = performance.now();
    await page.goto(`${site}${path}`, { waitUntil: "commit" });
    await page.waitForSelector("#books li");
    return performance.now() - from;
  };
  const cold = [];
  for (let n = 0; n < 5; n += 1) {
    await stop();
    cold.push(await navigated("/search?q=파이썬"));
  }
  const warm = [];
  for (let n = 0; n < 5; n += 1) warm.push(await navigated("/search?q=자바"));
  console.log(`first answer, service worker stopped before: ${spread(cold)} ms; running: ${spread(warm)} ms (p50 / p95 / p99 / most)`);

  const words = values.questions ? await rows(values.questions) : [];
  const questions = [...new Set(words)].filter((_, n, all) => n % Math.max(1, Math.floor(all.length / Number(values.each))) === 0).slice(0, Number(values.each));
  for (const [name, path] of [["nothing to search", "/api/status?q="], ["API", "/api/search?limit=20&q="], ["page", "/search?q="]]) {
    await stop();
    await navigated("/search?q=파이썬");
    const [times, all, alone] = [[], [], []];
    for (const question of questions) {
      const from = await spent();
      times.push(await page.evaluate(async (path) => {
        const from = performance.now();
        const answer = await fetch(path);
        await answer.text();
        if (!answer.ok) throw new Error(`${answer.status} for ${path}`);
        return performance.now() - from;
      }, path + encodeURIComponent(question)));
      const to = await spent();
      all.push(to.all - from.all);
      alone.push(to.worker - from.worker);
    }
    console.log(`${name}, ${times.length} questions, each once, without a network (p50 / p95 / p99 / most):`);
    console.log(`  as this machine was: ${spread(times)} ms; work of the service worker's thread: ${spread(alone)} ms, of all threads: ${spread(all)} ms`);
    console.log(`  on a CPU a ${SLOWER}th as fast: ${spread(alone.map((ms) => SLOWER * ms))} ms in the service worker, ${spread(all.map((ms) => SLOWER * ms))} ms at most`);
  }
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
