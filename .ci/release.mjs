// Chooses the release that a run works with, and writes its tag, its commit and what is in force as outputs.
//
// rebuild: the repository variable SEOGA_RELEASE, else the release that the deployment was rolled back to, else the newest tag
// v1.2.3 that passed CI. deploy: the release that was asked for, else SEOGA_RELEASE, else the newest. rollback-code: on Cloudflare
// the release to go back to, on AWS the one in force, as the earlier code lies in its bucket. rollback-index, smoke: the one in
// force. A commit passed CI when the job `passed` of ci.yml succeeded for it, on its own or called by deploy.yml.
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";

const { ACTION, TARGET = "", WANTED = "", PIN = "", BASE = "" } = process.env;
const { GITHUB_REPOSITORY, GITHUB_OUTPUT, GITHUB_SHA } = process.env;

class Refused extends Error {}

/** Asks GitHub; gives the lines of the answer. */
function github(path, jq) {
  const said = execFileSync("gh", ["api", "--paginate", `repos/${GITHUB_REPOSITORY}/${path}`, "--jq", jq], { encoding: "utf8" });
  return said.split("\n").filter((line) => line !== "");
}

/** Lists tags v1.2.3 with their commits, the newest version first. */
function tags() {
  const version = ({ tag }) => tag.slice(1).split(".").map(Number);
  return github("tags?per_page=100", '.[] | .name + " " + .commit.sha')
    .map((line) => line.split(" "))
    .filter(([tag]) => /^v\d+\.\d+\.\d+$/.test(tag))
    .map(([tag, commit]) => ({ tag, commit }))
    .sort((a, b) => version(b).map((n, i) => n - version(a)[i]).find((n) => n !== 0) ?? 0);
}

function passed(commit) {
  const job = '.check_runs[] | select(.app.slug == "github-actions") | select(.name == "passed" or .name == "ci / passed") | .conclusion';
  return github(`commits/${commit}/check-runs?per_page=100`, job).includes("success");
}

/** Asks the deployment what it says of itself; a missing file is none, anything else that does not read is an error. */
async function inForce() {
  const url = `${BASE.replace(/\/+$/, "")}/assets/deployed.json`;
  for (let tried = 1; ; tried += 1) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      if (answer.status === 403 || answer.status === 404) return { release: "", pinned: false };
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      return await answer.json();
    } catch (error) {
      if (tried === 4) throw new Refused(`${url} does not say what is in force: ${error.message}`);
      await new Promise((done) => setTimeout(done, tried * 1000));
    }
  }
}

function choose(there) {
  const all = tags();
  const newest = () => {
    const found = all.find(({ commit }) => passed(commit));
    if (found) return found.tag;
    throw new Refused(
      `no tag like v1.2.3 of ${GITHUB_REPOSITORY} has passed CI, and only releases are shipped: git tag v0.2.0 && git push origin ` +
        "v0.2.0, which runs CI and deploys; or name one that passed in the repository variable SEOGA_RELEASE",
    );
  };
  const kept = there.pinned ? there.release : "";
  const wanted = {
    rebuild: () => PIN || kept || newest(),
    deploy: () => WANTED || PIN || newest(),
    "rollback-code": () => (TARGET === "aws" ? there.release : WANTED),
    "rollback-index": () => there.release,
    smoke: () => there.release,
  }[ACTION]();
  if (wanted === "") {
    throw new Refused(
      ACTION === "rollback-code" && TARGET !== "aws"
        ? `name the release to go back to; there are ${all.map(({ tag }) => tag).join(", ") || "none"}`
        : `${BASE} does not say which release it runs: deploy a release first (the workflow deploy)`,
    );
  }
  const found = all.find(({ tag }) => tag === wanted);
  // Deployed by hand from a checkout: what main asks is the nearest.
  if (!found && ACTION === "smoke") return { tag: wanted, commit: GITHUB_SHA };
  if (!found) throw new Refused(`${wanted} is no tag like v1.2.3 of ${GITHUB_REPOSITORY}; from its checkout the program seoga does it`);
  if (!passed(found.commit)) throw new Refused(`${wanted} has not passed CI: see the runs of ci and deploy for ${found.commit}`);
  return found;
}

try {
  const there = await inForce();
  const { tag, commit } = choose(there);
  console.log(`${ACTION}: release ${tag} (${commit}); in force on ${BASE}: ${there.release || "nothing"}${there.pinned ? ", kept" : ""}`);
  appendFileSync(GITHUB_OUTPUT, `tag=${tag}\ncommit=${commit}\nin_force=${there.release}\n`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(`::error::${error.message}`);
  process.exitCode = 1;
}
