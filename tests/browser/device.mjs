// A visitor who keeps the catalogue of an edge, and that edge behind a proxy that a test cuts, has refuse or has lie of another generation.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { after } from "node:test";
import { base, open as opened } from "./browser.mjs";

/** Opens a page as `browser.mjs` does, with service workers. */
export const open = (path, options = {}) => opened(path, { workers: "allow", ...options });

/**
 * Lets everything through, breaks every connection, or answers with a status; notes each request that came, as `METHOD /path`. What a
 * test puts into `answers` under such a line is the status that one gets; files of the index are those of the folder `index`, if there is one, as `damage` leaves them. `instead` has, by path or
 * for `*`, a function from the true text to the one that is sent.
 *
 * @param {boolean} [isCached] whether browsers may keep what the true server lets them keep
 */
export async function proxied(isCached = false) {
  const state = { mode: "through", asked: [], answers: {}, index: null, instead: {} };
  const server = http.createServer(async (request, response) => {
    const path = request.url.split("?")[0];
    const line = `${request.method} ${path}`;
    state.asked.push(line);
    if (state.mode === "cut") return request.socket.destroy();
    const status = state.answers[line] ?? (state.mode === "through" ? null : state.mode);
    if (status) return response.writeHead(status, { "content-type": "text/plain" }).end("error code: 1027");
    if (state.index && path.startsWith("/index/")) {
      const bytes = await readFile(join(state.index, normalize(path.slice("/index".length)))).catch(() => null);
      const cache = path.startsWith("/index/current.") ? "no-cache" : "public, max-age=31536000, immutable";
      return response.writeHead(bytes ? 200 : 404, { "cache-control": cache }).end(state.damage?.(path, bytes) ?? bytes);
    }
    const { method, headers } = request;
    // A choice is taken from the edge's own pages.
    const own = headers.origin ? { origin: base, host: new URL(base).host } : {};
    const change = state.instead[path] ?? state.instead["*"];
    const whole = change && { "accept-encoding": "identity", "if-none-match": "" };
    const other = http.request(`${base}${request.url}`, { method, headers: { ...headers, ...own, ...whole, connection: "close" } }, async (answer) => {
      // The browser's own cache would answer for the edge, for a minute.
      const said = { ...answer.headers, ...(!isCached && { "cache-control": "no-store" }) };
      if (!change) {
        response.writeHead(answer.statusCode, said);
        return answer.pipe(response);
      }
      const text = change(Buffer.concat(await answer.toArray()).toString());
      for (const name of ["content-length", "etag", "transfer-encoding"]) delete said[name];
      response.writeHead(answer.statusCode, said).end(text);
    });
    other.on("error", () => response.destroy());
    request.pipe(other);
  });
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  after(() => { server.close(); server.closeAllConnections(); });
  return { state, site: `http://localhost:${server.address().port}` };
}

/** Counts what came of one kind. */
export const count = (state, line) => state.asked.filter((one) => one.startsWith(line)).length;

export const section = (page) => page.locator("[data-device]");
export const press = (page, name) => section(page).getByRole("button", { name }).click();

/** The script of the service worker there is, or nothing. */
export const script = (page) => page.evaluate(async () => {
  const { active, waiting, installing } = (await navigator.serviceWorker.getRegistration()) ?? {};
  return (active ?? waiting ?? installing)?.scriptURL ?? "";
});

/** Keeps the catalogue as a visitor does. */
export async function keep(page, site) {
  await page.goto(`${site}/about`);
  await section(page).waitFor();
  assert.match(await section(page).innerText(), /MB/, "the size is told before");
  await press(page, "내려받기");
  await isKept(page);
  assert.match(await script(page), /\/worker\.js$/);
  const names = await page.evaluate(() => caches.keys());
  assert.ok(!names.some((name) => name.startsWith("seoga-light")), `copies of pages are there still: ${names}`);
}

export const isKept = (page) => page.waitForFunction(() => /MB를 두었습니다\.$/.test(document.querySelector("[data-device-state]").textContent));

/** Asks the service worker for a deed. */
export const told = (page, deed) => page.evaluate(async (deed) => {
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { value, error } }) => (error ? reject(new Error(error)) : resolve(value));
    active.postMessage({ do: deed }, [port2]);
  });
}, deed);

/** Builds the index of the sample catalogue with a book more, after the one that is served: another generation. Gives its folder. */
export async function generationWith(isbn) {
  const folder = await mkdtemp(join(tmpdir(), "seoga-generation-"));
  after(() => rm(folder, { recursive: true }));
  const run = (...args) => {
    const { status, stderr } = spawnSync(process.env.SEOGA_INDEX_BUILDER, args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  const catalogue = join(folder, "catalogue");
  run("generate", "--books", "2000", "--seed", "1", "--out", catalogue);
  const holdings = join(catalogue, "holdings");
  const [first] = (await readdir(holdings)).sort();
  await appendFile(join(holdings, first), `"9999","A Book of Later Days","Some Body","Later Press","2025","${isbn}","","","","005.1","1","1","2025-08-29",\n`);
  run("build", "--catalogue", catalogue, "--previous", process.env.SEOGA_INDEX, "--out", join(folder, "index"));
  return join(folder, "index");
}
