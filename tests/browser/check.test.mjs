// The page that checks a librarian's files: it says what `index-builder check` prints, sends nothing, and goes on when the
// network is gone.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { base, faults, open, shoot, windows } from "./browser.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = await mkdtemp(join(tmpdir(), "seoga-check-"));
after(() => rm(folder, { recursive: true }));

const record = (title) => {
  const fields = [["020", "  \x1fa9791199990012"], ["245", `00\x1fa${title}`]].map(([tag, text]) => [tag, Buffer.from(`${text}\x1e`)]);
  let at = 0;
  const entries = fields.map(([tag, { length }]) => {
    const entry = `${tag}${String(length).padStart(4, "0")}${String(at).padStart(5, "0")}`;
    at += length;
    return entry;
  });
  const directory = `${entries.join("")}\x1e`;
  const start = 24 + directory.length;
  const leader = `${String(start + at + 1).padStart(5, "0")}nam a22${String(start).padStart(5, "0")} a 4500`;
  return Buffer.concat([Buffer.from(leader + directory), ...fields.map(([, text]) => text), Buffer.from("\x1d")]);
};
const list = "도서명,저자,ISBN,등록일자\n새벽의 서가, 한가온,9791199990012,2024-03-02\n바람의 노트,,9791199990013,언젠가\n";
const contents = {
  "가온 (2026년 11월).csv": list,
  "나루.csv.gz": gzipSync(list),
  "기록.mrc": Buffer.concat([record("새벽의 서가"), record("")]),
  "화면.xml": "<!doctype html><html><body>오류</body></html>",
  "빈.csv": "",
};
for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
const names = Object.keys(contents);

/** What the program prints of files. */
const printed = (...files) =>
  spawnSync(process.env.SEOGA_INDEX_BUILDER, ["check", ...files], { cwd: folder, encoding: "utf8" }).stdout;

const ready = (page) => page.locator("#files:enabled").waitFor();
const give = (page, ...files) => page.locator("#files").setInputFiles(files.map((name) => join(folder, name)));
const shown = async (page) => {
  await page.locator("#report:visible").waitFor();
  return page.locator("#report").evaluate((report) => report.textContent);
};

for (const hl of ["ko", "en"]) {
  test(`the page that checks files says without the network what the program prints, word for word: in ${hl}`, async () => {
    const page = await open(`/assets/check/${hl}.html`, { window: windows.phone });
    await ready(page);
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.context().setOffline(true);
    for (const files of [...names.map((name) => [name]), names]) {
      await give(page, ...files);
      await page.waitForFunction(() => !document.querySelector("#report").hidden);
      const text = await shown(page);
      assert.ok(text.includes(files[0]), text);
      assert.equal(text, printed(...files));
    }
    assert.deepEqual(asked, [], "nothing is asked of any server");
    assert.equal(await page.locator("#status").innerText(), await page.locator("body").getAttribute("data-done"));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= windows.phone.width, `it is ${width} wide`);
    await shoot(page, `check-${hl}`);
    // The report unfolds below what the visitor did, which is no shift of what was read.
    page.hasScript = false;
  });
}

test("the page that checks files may connect to nothing, by its policy and by the browser", async () => {
  for (const path of ["ko.html", "page.js", "worker.js"]) {
    const policy = (await fetch(`${base}/assets/check/${path}`)).headers.get("content-security-policy");
    assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/, path);
    assert.doesNotMatch(policy, /connect-src|unsafe-inline|'unsafe-eval'|https?:/, path);
  }
  const page = await open("/assets/check/ko.html");
  page.expected = /Content Security Policy|Refused to connect|Failed to fetch/i;
  await ready(page);
  for (const address of ["/", "https://example.org/"]) {
    assert.equal(await page.evaluate((address) => fetch(address).then(() => "sent", () => "refused"), address), "refused");
  }
});

test("axe finds nothing on the page that checks files, before and after a report, light and dark", async () => {
  for (const scheme of ["light", "dark"]) {
    const page = await open("/assets/check/ko.html", { scheme });
    page.hasScript = false;
    await ready(page);
    for (const files of [[], names]) {
      if (files.length) {
        await give(page, ...files);
        await shown(page);
      }
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes[0].target}`), []);
    }
    assert.deepEqual(await faults(page), []);
  }
});

test("files can be dropped anywhere, and the page answers while they are read", async () => {
  const rows = Array.from({ length: 30_000 }, (_, n) => `이야기 ${n},한가온,,2024-03-02`).join("\n");
  await writeFile(join(folder, "큰.csv"), `도서명,저자,ISBN,등록일자\n${rows}\n`);
  const page = await open("/assets/check/ko.html");
  page.hasScript = false;
  await ready(page);
  const longest = await page.evaluate(async (text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "큰.csv"));
    dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    let [before, longest] = [performance.now(), 0];
    while (document.querySelector("#report").hidden) {
      await new Promise((done) => setTimeout(done, 5));
      const now = performance.now();
      [before, longest] = [now, Math.max(longest, now - before)];
    }
    return longest;
  }, await readFile(join(folder, "큰.csv"), "utf8"));
  assert.equal(await shown(page), printed("큰.csv"));
  assert.ok(longest < 1_000, `the page did not answer for ${longest} ms`);
});

test("the page that checks files says so where the program that reads them is missing", async () => {
  const page = await open("about:blank");
  page.expected = /worker\.js|404|Failed to load/;
  await page.route("**/assets/check/worker.js", (route) => route.fulfill({ status: 404, body: "" }));
  await page.goto("/assets/check/ko.html");
  await page.waitForFunction(() => document.querySelector("#status").textContent === document.body.dataset.missing);
  assert.ok(await page.locator("#files").isDisabled());
});
