#!/usr/bin/env node
// What `npx wrangler …` typed in the root runs (package.json, "bin"): npx
// prefers a project's own program of that name. It is not a wrapper with
// options of its own: it sees that wrangler and the Node it needs are there
// (`cargo xtask setup --only node`), then hands over every argument and signal.
import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(realpathSync(fileURLToPath(import.meta.url))));

const setup = spawnSync("cargo", ["xtask", "setup", "--only", "node"], { cwd: root, stdio: "inherit" });
if (setup.error) {
  console.error(`wrangler: cannot run cargo (${setup.error.message}); install Rust, then: cargo xtask setup`);
  process.exit(1);
}
if (setup.status !== 0) process.exit(setup.status ?? 1);

const bin = join(root, "node_modules", ".bin");
const child = spawn(
  join(bin, "node"),
  [join(root, "node_modules", "wrangler", "bin", "wrangler.js"), ...process.argv.slice(2)],
  {
    stdio: "inherit",
    // The first is of no use on a machine of one's own and wants the network; it can be set otherwise.
    env: { CLOUDFLARE_CF_FETCH_ENABLED: "false", ...process.env, PATH: bin + delimiter + process.env.PATH },
  },
);
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// npx ends by a signal without a word to what it started; then this is an orphan, and so would be the server.
const parent = process.ppid;
setInterval(() => process.ppid === parent || child.kill("SIGTERM"), 500).unref();
