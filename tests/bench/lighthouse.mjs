// Lighthouse over every kind of page of a running site, on the machine's own Chromium, as a phone and as a desktop:
//
//     npm install --no-package-lock --prefix build/lighthouse lighthouse@13.5.0
//     node_modules/.bin/node tests/bench/lighthouse.mjs http://localhost:8787 [/usr/bin/chromium]
//
// Prints a table of scores, and every audit that cost points. Not part of `cargo xtask test`: its performance score
// says as much of the machine as of the page.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [base = "http://localhost:8787", chromium = "/usr/bin/chromium"] = process.argv.slice(2);
const { default: lighthouse, desktopConfig } = await import("../../build/lighthouse/node_modules/lighthouse/core/index.js");

const { results: [{ isbn13 }] } = await (await fetch(`${base}/api/search?q=${encodeURIComponent("파이썬")}&limit=1`)).json();
const { libraries: [{ name }] } = await (await fetch(`${base}/api/libraries`)).json();
const pages = ["/", "/search?q=파이썬", `/books/${isbn13}`, "/libraries", `/libraries?library=${name}`, `/list?isbn=${isbn13}`, "/about"];

const profile = await mkdtemp(join(tmpdir(), "seoga-lighthouse-"));
const port = 9299;
const browser = spawn(chromium, [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
  `--remote-debugging-port=${port}`, `--user-data-dir=${profile}`, "about:blank",
], { stdio: "ignore" });

try {
  for (let turn = 0; turn < 100; turn += 1) {
    if (await fetch(`http://127.0.0.1:${port}/json/version`).then(() => true, () => false)) break;
    await sleep(100);
  }
  const lost = new Map();
  for (const [form, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
    for (const path of pages) {
      const { lhr } = await lighthouse(new URL(path, base).href, { port, logLevel: "error", output: "json" }, config);
      const scores = Object.values(lhr.categories).map(({ id, score }) => `${id} ${Math.round(score * 100)}`);
      console.log(`${form.padEnd(8)} ${path.padEnd(28)} ${scores.join(", ")}`);
      for (const { auditRefs } of Object.values(lhr.categories)) {
        for (const { id, weight } of auditRefs) {
          const audit = lhr.audits[id];
          if (!weight || audit.score === null || audit.score === 1) continue;
          const where = `${form} ${path}: ${audit.displayValue ?? ""} ${JSON.stringify(audit.details?.items?.slice(0, 3) ?? []).slice(0, 400)}`;
          lost.set(`${id} (${audit.title})`, [...(lost.get(`${id} (${audit.title})`) ?? []), where]);
        }
      }
    }
  }
  for (const [audit, where] of lost) console.log(`\n${audit}\n  ${where.join("\n  ")}`);
} finally {
  browser.kill();
  await sleep(300);
  await rm(profile, { recursive: true, force: true });
}
