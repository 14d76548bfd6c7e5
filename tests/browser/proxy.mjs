// The edge behind a proxy that a test cuts, has refuse or has lie of another generation. It knows no browser.
import { readFile } from "node:fs/promises";
import http from "node:http";
import { join, normalize } from "node:path";
import { after } from "node:test";
import { base } from "./served.mjs";

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
