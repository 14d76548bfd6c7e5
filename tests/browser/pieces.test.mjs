// A page that comes in pieces, as over a slow line: what has been painted stays where it is.
import { createServer } from "node:http";
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { base, open, ready, windows } from "./browser.mjs";
import { pages } from "./pages.mjs";

const PAUSE_MS = 250;

/** Where a page is cut: within the header's links, in the middle, and behind the tag that lets Chromium paint. */
function pieces(html) {
  const behind = (text, from = 0) => html.indexOf(text, from) + text.length;
  const inHeader = behind("</a>", html.indexOf("<nav"));
  const painted = behind(' id="end">');
  const cuts = [0, inHeader, Math.max(inHeader, Math.floor(html.length / 2)), painted, html.length];
  return cuts.slice(1).map((end, n) => html.slice(cuts[n], end));
}

/** The same service, whose pages come slowly. */
const server = createServer(async (request, response) => {
  const answer = await fetch(new URL(request.url, base), { headers: { "accept-language": "en" } });
  const headers = Object.fromEntries(answer.headers);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) delete headers[name];
  response.writeHead(answer.status, headers);
  if (!headers["content-type"].startsWith("text/html")) {
    response.end(Buffer.from(await answer.arrayBuffer()));
    return;
  }
  for (const piece of pieces(await answer.text())) {
    response.write(piece);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  response.end();
});
await new Promise((done) => server.listen(0, "localhost", done));
after(() => server.close());

for (const [name, window] of Object.entries({ phone: windows.phone, desktop: windows.desktop })) {
  test(`a page that comes in pieces stays where it is, ${name}`, async () => {
    for (const { path, status } of pages.filter(({ status }) => status === 200)) {
      const page = await open("about:blank", { window });
      const answer = await page.goto(`http://localhost:${server.address().port}${path}`);
      assert.equal(answer.status(), status);
      await ready(page);
    }
  });
}
