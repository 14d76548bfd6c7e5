// The scripts of the workflows, run as a workflow runs them: which platforms a run is for, which release it works with, and how a
// failure is told. GitHub is stood in for by a program `gh` that answers from a table; deployment and chat by servers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";

const work = mkdtempSync(join(tmpdir(), "seoga-workflows-"));
after(() => rmSync(work, { recursive: true }));

/** Runs a script with these variables; gives its exit code, all it said, and the outputs it wrote. */
function run(program, words, variables) {
  const output = join(work, `output-${Math.random()}`);
  writeFileSync(output, "");
  const PATH = [work, dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(program, words, { env: { PATH, GITHUB_OUTPUT: output, ...variables } });
  let said = "";
  child.stdout.on("data", (data) => (said += data));
  child.stderr.on("data", (data) => (said += data));
  return new Promise((done) => {
    child.on("close", (code) => done({ code, said, outputs: readFileSync(output, "utf8") }));
  });
}

async function server(answer) {
  const asked = [];
  const listening = createServer((request, response) => {
    let body = "";
    request.on("data", (data) => (body += data));
    request.on("end", () => {
      asked.push([request.url, body]);
      const [status, text] = answer(asked.length);
      response.writeHead(status).end(text);
    });
  });
  await new Promise((ready) => listening.listen(0, "127.0.0.1", ready));
  after(() => listening.close());
  return [`http://127.0.0.1:${listening.address().port}`, asked];
}

// v0.10.0 failed, v0.9.0 and v0.2.0 passed, v1.0.0-rc.1 is no release.
writeFileSync(
  join(work, "gh"),
  `#!/usr/bin/env bash
case "$3" in
  repos/o/none/*) ;;
  */tags*) printf '%s\\n' 'v0.2.0 c2' 'v0.10.0 c10' 'v1.0.0-rc.1 c11' 'v0.9.0 c9' ;;
  */commits/c2/* | */commits/c9/*) printf '%s\\n' failure success ;;
  */commits/c10/*) echo failure ;;
esac
`,
);
chmodSync(join(work, "gh"), 0o755);

async function release(deployed, variables) {
  const [base] = await server(() => (deployed === undefined ? [404, ""] : [200, JSON.stringify(deployed)]));
  return run("node", [".ci/release.mjs"], { BASE: `${base}/`, GITHUB_REPOSITORY: "o/r", GITHUB_SHA: "main", ...variables });
}

const pinned = { release: "v0.2.0", pinned: true };
const newer = { release: "v0.9.0", pinned: false };
for (const [what, deployed, variables, tag] of [
  ["the newest that passed CI, by version", newer, { ACTION: "rebuild" }, "v0.9.0"],
  ["the newest where nothing is deployed", undefined, { ACTION: "rebuild" }, "v0.9.0"],
  ["what was rolled back to", pinned, { ACTION: "rebuild" }, "v0.2.0"],
  ["what the variable names", newer, { ACTION: "rebuild", PIN: "v0.2.0" }, "v0.2.0"],
  ["a deployment ends the keeping", pinned, { ACTION: "deploy" }, "v0.9.0"],
  ["a deployment of one release", newer, { ACTION: "deploy", WANTED: "v0.2.0" }, "v0.2.0"],
  ["code to go back to", newer, { ACTION: "rollback-code", TARGET: "cloudflare", WANTED: "v0.2.0" }, "v0.2.0"],
  ["code on AWS, by the program in force", newer, { ACTION: "rollback-code", TARGET: "aws", WANTED: "v0.2.0" }, "v0.9.0"],
  ["an index under the code in force", pinned, { ACTION: "rollback-index" }, "v0.2.0"],
  ["smoke by the code in force", pinned, { ACTION: "smoke" }, "v0.2.0"],
]) {
  test(`release: ${what}`, async () => {
    const { code, said, outputs } = await release(deployed, variables);
    assert.equal(code, 0, said);
    const commit = `c${tag.split(".")[1]}`;
    assert.equal(outputs, `tag=${tag}\ncommit=${commit}\nin_force=${deployed?.release ?? ""}\n`);
  });
}

for (const [what, deployed, variables, words] of [
  ["what has not passed CI", newer, { ACTION: "deploy", WANTED: "v0.10.0" }, "v0.10.0 has not passed CI"],
  ["main's head", newer, { ACTION: "deploy", WANTED: "main" }, "main is no tag"],
  ["no release to go back to", newer, { ACTION: "rollback-code", TARGET: "cloudflare" }, "there are v0.10.0, v0.9.0, v0.2.0"],
  ["a deployment that says nothing of its code", undefined, { ACTION: "rollback-index" }, "deploy a release first"],
  ["a repository without a release", newer, { ACTION: "rebuild", GITHUB_REPOSITORY: "o/none" }, "git tag v0.2.0 && git push"],
]) {
  test(`release: refused: ${what}`, async () => {
    const { code, said, outputs } = await release(deployed, variables);
    assert.equal(code, 1, said);
    assert.ok(said.includes("::error::") && said.includes(words), said);
    assert.equal(outputs, "");
  });
}

test("release: a deployment that fails is not taken for one that says nothing", { timeout: 30_000 }, async () => {
  const [base, asked] = await server(() => [503, ""]);
  const { code, said } = await run("node", [".ci/release.mjs"], { BASE: base, GITHUB_REPOSITORY: "o/r", ACTION: "rebuild" });
  assert.equal(code, 1);
  assert.ok(said.includes("does not say what is in force"), said);
  assert.equal(asked.length, 4);
});

const cloudflare = { CLOUDFLARE_ACCOUNT_ID: "a", SEOGA_BASE: "b" };
const aws = { AWS_DEPLOY_ROLE: "a", AWS_BASE: "b" };
for (const [variables, list] of [
  [cloudflare, '["cloudflare"]'],
  [aws, '["aws"]'],
  [{ ...cloudflare, ...aws }, '["cloudflare","aws"]'],
  [{ ...cloudflare, ...aws, TARGET: "aws" }, '["aws"]'],
]) {
  test(`targets: ${Object.keys(variables).join(" ")}`, async () => {
    const { code, said, outputs } = await run(".ci/targets", [], variables);
    assert.equal(code, 0, said);
    assert.equal(outputs, `targets=${list}\n`);
  });
}

for (const [variables, words] of [
  [{}, "CLOUDFLARE_ACCOUNT_ID and SEOGA_BASE, or AWS_DEPLOY_ROLE and AWS_BASE"],
  [{ CLOUDFLARE_ACCOUNT_ID: "a" }, "SEOGA_BASE"],
  [{ ...cloudflare, AWS_BASE: "b" }, "AWS_DEPLOY_ROLE"],
  [{ ...aws, TARGET: "cloudflare" }, "of cloudflare are not set"],
]) {
  test(`targets: refused: ${Object.keys(variables).join(" ") || "none"}`, async () => {
    const { code, said, outputs } = await run(".ci/targets", [], variables);
    assert.equal(code, 1);
    assert.ok(said.includes("::error::") && said.includes(words), said);
    assert.equal(outputs, "");
  });
}

const failure = { WORKFLOW: "ci", BRANCH: 'a"$(b)', CONCLUSION: "failure", URL: "https://github.com/o/r/actions/runs/1" };

test("notify: both webhooks are told, in the forms of the program seoga", async () => {
  const [base, asked] = await server(() => [200, "ok"]);
  const webhooks = { SEOGA_SLACK_WEBHOOK: `${base}/slack`, SEOGA_WEBHOOK: `${base}/plain` };
  const { code, said } = await run(".ci/notify", [], { ...failure, ...webhooks });
  assert.equal(code, 0, said);
  assert.deepEqual(asked.map(([path]) => path), ["/slack", "/plain"]);
  const text = "Seoga ci (a___b_) failure: https://github.com/o/r/actions/runs/1";
  assert.deepEqual(JSON.parse(asked[0][1]), { text });
  const source = readFileSync("seoga/src/notify.rs", "utf8");
  const members = [...source.split("fn plain(")[1].split("})")[0].matchAll(/^ +"(\w+)": /gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(JSON.parse(asked[1][1])), members);
});

test("notify: who cannot be told is named, an address never", async () => {
  const gone = { SEOGA_SLACK_WEBHOOK: "http://127.0.0.1:1/secret-path" };
  const { code, said } = await run(".ci/notify", [], { ...failure, ...gone });
  assert.equal(code, 0);
  assert.ok(said.includes("the webhook of SEOGA_SLACK_WEBHOOK was not told") && !said.includes("secret-path"), said);
  assert.ok((await run(".ci/notify", [], failure)).said.includes("nobody was told"));
});
