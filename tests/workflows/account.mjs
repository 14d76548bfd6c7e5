// Stands in for what only an account has, in a rehearsal: the programs wrangler, aws and gh, and for a rehearsal that compiles
// nothing again also cargo. Each call is printed and recorded; what it would change lies in a folder instead.
//
//   account.mjs PROGRAM ARGUMENTS   as one of the programs; REHEARSAL is the folder
//   account.mjs serve PORT...       answers as the deployments: a real workerd on what was deployed last; takes messages at /hook
//
// REHEARSAL/cloudflare is the package that was deployed last, REHEARSAL/aws/BUCKET the files of a bucket, REHEARSAL/origin the
// repository, REHEARSAL/failed the tags that have not passed CI.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer, request as ask } from "node:http";
import { dirname, join, relative } from "node:path";

const home = process.env.REHEARSAL;
const [program, ...words] = process.argv.slice(2);
const { WRANGLER, SEOGA, PACKAGE } = process.env;

function record() {
  appendFileSync(join(home, "calls"), `${[program, ...words].join(" ")}\n`);
}

/** Runs a program in place of this one. */
function become(command, rest) {
  const { status, error } = spawnSync(command, rest, { stdio: "inherit" });
  if (error) throw error;
  process.exit(status ?? 1);
}

function changed(platform) {
  const file = join(home, `${platform}.changed`);
  writeFileSync(file, "");
  utimesSync(file, new Date(), new Date());
}

function wrangler() {
  // What needs no account is done by the real one.
  if (words[0] !== "deploy" || words.includes("--dry-run")) become(WRANGLER, words);
  record();
  console.log(`      (recorded, not sent) wrangler ${words.join(" ")}`);
  rmSync(join(home, "cloudflare"), { recursive: true, force: true });
  cpSync(process.cwd(), join(home, "cloudflare"), { recursive: true });
  changed("cloudflare");
}

const outputs = {
  ReleaseBucket: "releases",
  SiteBucket: "site",
  ChangeRole: "arn:aws:iam::000000000000:role/seoga-change",
  DeployRole: "arn:aws:iam::000000000000:role/seoga-deploy",
  ChoicesTable: "seoga-choices",
  Base: process.env.AWS_BASE,
};

function aws() {
  const at = (name) => words[words.indexOf(name) + 1];
  const place = (path) => (path.startsWith("s3://") ? join(home, "aws", path.slice(5)) : path);
  const options = ["--region", "--cache-control", "--content-type"];
  const plain = words.filter((word, i) => !word.startsWith("--") && !options.includes(words[i - 1]));
  if (words[0] === "--version") return console.log("aws-cli/2 (stood in for)");
  if (plain[0] === "sts") return console.log("arn:aws:sts::000000000000:assumed-role/seoga-deploy/rehearsal");
  if (plain[1] === "describe-stacks") {
    const name = /OutputKey=='(\w+)'/.exec(at("--query"))[1];
    if (outputs[name] === undefined) throw new Error(`no output ${name} is stood in for`);
    return console.log(outputs[name]);
  }
  if (plain[1] === "list-objects-v2") {
    const bucket = join(home, "aws", at("--bucket"));
    if (at("--query").startsWith("length(")) return console.log(existsSync(join(bucket, at("--prefix"))) ? "1" : "0");
    const files = existsSync(bucket) ? readdirSync(bucket, { recursive: true, withFileTypes: true }) : [];
    const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    const etag = (path) => `"${createHash("md5").update(readFileSync(path)).digest("hex")}"`;
    return console.log(JSON.stringify(paths.map((path) => [relative(bucket, path), etag(path)])));
  }
  const [service, verb, from, to] = plain;
  if (service === "s3" && verb === "cp" && to === "-") {
    if (!existsSync(place(from))) process.exit(1);
    return process.stdout.write(readFileSync(place(from)));
  }
  record();
  console.log(`      (recorded, not sent) aws ${words.join(" ")}`);
  if (service !== "s3") return undefined;
  mkdirSync(dirname(place(to)), { recursive: true });
  cpSync(place(from), place(to), { recursive: true });
  if (to.startsWith("s3://site")) changed("aws");
  return undefined;
}

function gh() {
  const path = words.find((word) => word.startsWith("repos/"));
  const git = (...rest) => spawnSync("git", ["-C", join(home, "origin"), ...rest], { encoding: "utf8" }).stdout.trim();
  if (path.includes("/tags?")) return console.log(git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags"));
  const [, commit] = /commits\/([0-9a-f]+)\/check-runs/.exec(path);
  const failed = existsSync(join(home, "failed")) ? readFileSync(join(home, "failed"), "utf8").split("\n") : [];
  return console.log(failed.includes(git("tag", "--points-at", commit)) ? "failure" : "success");
}

function cargo() {
  if (words[0] === "run") become(SEOGA, words.slice(words.indexOf("--") + 1));
  if (words[0] === "build") {
    mkdirSync("target/release", { recursive: true });
    return cpSync(SEOGA, "target/release/seoga");
  }
  const at = (name) => words[words.indexOf(name) + 1];
  const target = at("--target");
  const folder = join("dist", target);
  console.log(`      (not compiled again: the worker of this checkout, called ${at("--release")})`);
  const assets = target === "aws" ? join(folder, "assets") : join(folder, "dist", "assets");
  if (target === "aws") {
    cpSync(join(PACKAGE, "dist", "assets"), assets, { recursive: true });
    for (const name of ["search.zip", "choice.zip"]) writeFileSync(join(folder, name), `${name} of ${at("--release")}`);
  } else {
    cpSync(PACKAGE, folder, { recursive: true });
  }
  mkdirSync(join(assets, "assets"), { recursive: true });
  writeFileSync(join(assets, "assets", "deployed.json"), JSON.stringify({ release: at("--release") }));
  return undefined;
}

/** Serves a platform: what was deployed last, by a workerd that is started anew after each change. */
function serve(platform, port, back) {
  const folder = platform === "aws" ? PACKAGE : join(home, "cloudflare");
  const assets = platform === "aws" ? join(home, "aws", "site") : join(home, "cloudflare", "dist", "assets");
  let since = 0;
  let running;
  let waiting = Promise.resolve();
  const stop = () => {
    try {
      if (running) process.kill(-running.pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  };
  const up = (path) =>
    new Promise((done) => {
      ask({ port: back, host: "127.0.0.1", path }, (answer) => answer.resume().on("end", () => done(answer.statusCode)))
        .on("error", () => done(0))
        .end();
    });
  async function fresh() {
    const marker = join(home, `${platform}.changed`);
    const changedAt = existsSync(marker) ? statSync(marker).mtimeMs : 0;
    if (changedAt === since) return;
    if (running) {
      const gone = new Promise((done) => running.once("close", done));
      stop();
      await gone;
    }
    // Headers that CloudFront gives by its own rules.
    if (platform === "aws") cpSync(join(PACKAGE, "dist", "assets", "_headers"), join(assets, "_headers"));
    const state = join(home, `${platform}.state`);
    const dev = ["dev", "--env", "test", "--port", `${back}`, "--inspector-port", "0", "--show-interactive-dev-session=false"];
    const options = ["--persist-to", state, "--assets", assets];
    running = spawn(WRANGLER, [...dev, ...options], { cwd: folder, detached: true, stdio: "ignore" });
    while ((await up("/api/status")) !== 200) {
      if (running.exitCode !== null) throw new Error(`the server of ${platform} ended`);
      await new Promise((done) => setTimeout(done, 100));
    }
    since = changedAt;
  }
  process.on("exit", stop);
  createServer((request, response) => {
    if (request.url === "/hook") {
      let body = "";
      request.on("data", (data) => (body += data));
      request.on("end", () => {
        appendFileSync(join(home, "chat"), `${JSON.parse(body).message}\n`);
        response.end("ok");
      });
      return;
    }
    waiting = waiting.then(fresh).then(() => {
      if (!running) return response.writeHead(404).end();
      const { method, headers, url: path } = request;
      const passed = ask({ port: back, host: "127.0.0.1", method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      passed.on("error", () => response.writeHead(502).end());
      request.pipe(passed);
      return undefined;
    });
    waiting.catch((error) => {
      console.error(error);
      process.exit(1);
    });
  }).listen(port, "127.0.0.1");
}

if (program === "serve") {
  const ports = words.map(Number);
  serve("cloudflare", ports[0], ports[1]);
  serve("aws", ports[2], ports[3]);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => process.exit(0));
} else {
  ({ wrangler, aws, gh, cargo })[program]();
}
