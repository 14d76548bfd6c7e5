// The browser's host behind HTTP, so that what asks servers asks it as well: a site of `index-builder site` is served to a Chromium
// that is started here, and what others ask for is fetched in its page, where the service worker answers.
//
//   node tests/browser/bridge.mjs --site DIR --port N        SEOGA_BROWSER names the browser, SEOGA_RUN this start
//
// Files below /index/, /assets/ and /host/ are the site's own for everybody. Invariant: every other answer is the service worker's.
import { readFile } from "node:fs/promises";
import http from "node:http";
import { join, normalize } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { site, port } = parseArgs({ options: { site: { type: "string" }, port: { type: "string" } } }).values;
if (!site || !port || !process.env.SEOGA_BROWSER) {
  console.error("usage: SEOGA_BROWSER=FILE node tests/browser/bridge.mjs --site DIR --port N");
  process.exit(2);
}
const base = `http://localhost:${port}`;
const FILES = /^\/(?:index|assets|host)\/|^\/(?:favicon\.ico|openapi\.json|sw\.js)$/;
const TYPES = { bin: "application/octet-stream", css: "text/css", html: "text/html", js: "text/javascript", json: "application/json", png: "image/png", svg: "image/svg+xml", wasm: "application/wasm" };

/** The page in which others' questions are asked, once it is there. */
let page;

async function file(path, response) {
  try {
    const body = await readFile(join(site, normalize(path)));
    response.writeHead(200, { "content-type": TYPES[path.split(".").at(-1)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

/** The redirections that the page met, by the address that sent it on: a fetch follows them, and tells neither status nor headers of them. */
const sent = new Map();

/** Asks in the page; gives status, headers and the body in base64. */
async function asked(path, language) {
  const { isSent, ...answer } = await fetched(path, language);
  if (!isSent) return answer;
  const { status, headers } = sent.get(new URL(path, base).href);
  return { status, headers: Object.entries(headers), body: "" };
}

const fetched = (path, language) => page.evaluate(async ([path, language]) => {
  const response = await fetch(path, { headers: { "accept-language": language } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  let text = "";
  for (let from = 0; from < bytes.length; from += 32768) text += String.fromCharCode(...bytes.subarray(from, from + 32768));
  return { isSent: response.redirected, status: response.status, headers: [...response.headers], body: btoa(text) };
}, [path, language]);

const server = http.createServer(async (request, response) => {
  const path = request.url.split("?")[0];
  if (FILES.test(path)) return file(path, response);
  // Whoever waits for the service worker is told so; the page that brings it is let through.
  if (!page) return path === "/api/status" ? response.writeHead(503).end() : file("/index.html", response);
  try {
    const { status, headers, body } = await asked(request.url, request.headers["accept-language"] ?? "");
    const run = process.env.SEOGA_RUN && path === "/api/status" ? [["x-seoga-run", process.env.SEOGA_RUN]] : [];
    response.writeHead(status, [...headers, ...run].flat()).end(Buffer.from(body, "base64"));
  } catch (error) {
    console.error(error);
    response.writeHead(502, { "content-type": "text/plain" }).end(String(error));
  }
});
await new Promise((resolve) => server.listen(Number(port), "localhost", resolve));
const browser = await chromium.launch({ executablePath: process.env.SEOGA_BROWSER, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const opened = await (await browser.newContext({ locale: "ko-KR" })).newPage();
opened.on("response", (response) => {
  if (Math.trunc(response.status() / 100) === 3) sent.set(response.url(), { status: response.status(), headers: response.headers() });
});
await opened.goto(`${base}/`);
await opened.waitForSelector("html[data-generation]", { timeout: 60_000 });
page = opened;
