//! Breaks each rule once, by a change of one line, and demands that it is found.

use crate::set::{Workflow, all, named};
use crate::wrong;

/// The file, what stands there, what is put there, and words of what must be found wrong.
const MUTATIONS: [(&str, &str, &str, &str); 51] = [
    ("publish.yml", "permissions:\n  contents: read", "permissions:\n  contents: write", "own permissions"),
    (
        "programs.yml",
        "gh release upload \"$RELEASE\" programs/* --clobber",
        "./programs/seoga",
        "does more than write",
    ),
    ("programs.yml", "attest-build-provenance@", "stranger@", "takes none"),
    (
        "programs.yml",
        "      - run: sha256sum --check SHA256SUMS",
        "      - run: npm ci",
        "does more than write",
    ),
    ("deploy.yml", "      attestations: write\n", "", "asks for attestations"),
    (
        "deploy.yml",
        "    needs: ci\n    if: github.event_name == 'push'\n",
        "    if: github.event_name == 'push'\n",
        "has not passed",
    ),
    ("rebuild.yml", "id-token: write", "packages: write", "has `packages: write`"),
    ("rebuild.yml", "      checks: read\n", "", "asks for checks"),
    ("deploy.yml", "      id-token: write\n", "", "asks for id-token"),
    ("smoke.yml", "      checks: read\n", "      id-token: write\n", "takes none"),
    ("publish.yml", "runs-on: ubuntu-24.04", "runs-on: ubuntu-latest", "no named runner"),
    ("publish.yml", "    timeout-minutes: 60\n", "", "may run for hours"),
    ("publish.yml", "@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "@v5", "not pinned"),
    ("ci.yml", "persist-credentials: false", "fetch-depth: 1", "leaves its token"),
    ("publish.yml", "${TO:+--to", "${{ inputs.release }} ${TO:+--to", "into a shell command"),
    (
        "rebuild.yml",
        "repository_dispatch:",
        "pull_request_target:\n  repository_dispatch:",
        "pull_request_target",
    ),
    ("rebuild.yml", "    secrets: inherit\n", "", "not handed over"),
    ("deploy.yml", "    secrets: inherit\n", "", "not handed over"),
    ("rollback.yml", "    secrets: inherit\n", "", "not handed over"),
    (
        "publish.yml",
        "          ref: ${{ steps.release.outputs.commit }}\n",
        "          ref: main\n",
        "not that of the release",
    ),
    (
        "publish.yml",
        "          ref: main\n          persist-credentials: false\n      - id: release",
        "          persist-credentials: false\n      - id: release",
        "not that of main",
    ),
    (
        "publish.yml",
        "        run: node .ci/release.mjs",
        "        run: git rev-parse HEAD",
        "no release is chosen",
    ),
    (
        "publish.yml",
        "--target \"$TARGET\" --base \"$BASE\" ${FORCE",
        "--target \"$TARGET\" ${FORCE",
        "what is in force",
    ),
    (
        "publish.yml",
        "--target cloudflare --release \"$RELEASE\"\n        working-directory: code",
        "--target cloudflare --release \"$RELEASE\"",
        "outside the release's checkout",
    ),
    ("publish.yml", "--target aws --release \"$RELEASE\"", "--target aws", "which release it packs"),
    (
        "publish.yml",
        "${{ matrix.target == 'cloudflare' && secrets.CLOUDFLARE_API_TOKEN || '' }}",
        "${{ secrets.CLOUDFLARE_API_TOKEN }}",
        "for every platform",
    ),
    (
        "publish.yml",
        "if: matrix.target == 'aws'\n",
        "if: vars.CLOUDFLARE_ACCOUNT_ID != ''\n",
        "for every platform",
    ),
    (
        "publish.yml",
        "if: inputs.action == 'rebuild' || inputs.action == 'deploy'\n",
        "if: vars.CLOUDFLARE_ACCOUNT_ID != ''\n",
        "need the other",
    ),
    (
        "rebuild.yml",
        "    uses: ./.github/workflows/publish.yml",
        "    if: vars.CLOUDFLARE_ACCOUNT_ID != ''\n    uses: ./.github/workflows/publish.yml",
        "asked outside",
    ),
    ("publish.yml", "          AWS_BASE: ${{ vars.AWS_BASE }}\n", "", "whether AWS_BASE is set"),
    (
        "publish.yml",
        "${{ fromJSON(needs.targets.outputs.targets) }}",
        "[cloudflare]",
        "each platform that is set",
    ),
    ("publish.yml", "      fail-fast: false\n", "", "gives one platform up"),
    (
        "publish.yml",
        "      group: production-${{ matrix.target }}",
        "      group: publish-${{ github.run_id }}",
        "run at once",
    ),
    ("publish.yml", "    environment: production\n", "", "outside the environment"),
    (
        "smoke.yml",
        "    timeout-minutes: 30\n",
        "    timeout-minutes: 30\n    environment: production\n",
        "waits for a reviewer",
    ),
    (
        "publish.yml",
        "          SEOGA_SLACK_WEBHOOK: ${{ secrets.SEOGA_SLACK_WEBHOOK }}\n",
        "",
        "cannot tell SEOGA_SLACK_WEBHOOK",
    ),
    ("publish.yml", " ${NOTICES:+--uploads \"$NOTICES\"}", "", "writes no notices"),
    (
        "publish.yml",
        "      - name: tell who sent files\n        if: always() && ",
        "      - name: tell who sent files\n        if: ",
        "are not sent back",
    ),
    ("notify.yml", "rollback, smoke]", "rollback]", "nobody hears of smoke.yml"),
    ("notify.yml", "[ci, deploy", "[deploy", "nobody hears of ci.yml"),
    ("notify.yml", "types: [completed]", "types: [requested]", "runs that end"),
    ("notify.yml", "conclusion != 'success'", "conclusion == 'failure'", "leaves failures out"),
    (
        "notify.yml",
        "          SEOGA_WEBHOOK: ${{ secrets.SEOGA_WEBHOOK }}\n",
        "",
        "SEOGA_WEBHOOK is not told",
    ),
    ("rebuild.yml", "concurrency:\n  group: rebuild\n  cancel-in-progress: false\n", "", "no concurrency"),
    ("deploy.yml", "  cancel-in-progress: false", "  cancel-in-progress: true", "cut off"),
    (
        "rebuild.yml",
        "  schedule:\n    # Early on the 2nd in Seoul, when the month's lists have been uploaded.\n    - cron: \"17 20 1 * *\"\n",
        "",
        "commit, month, upload",
    ),
    ("smoke.yml", "\"7,37 * * * *\"", "\"7 3 * * *\"", "twice an hour"),
    ("deploy.yml", "    tags: [\"v*\"]", "    branches: [main]", "started by a tag"),
    ("deploy.yml", "    needs: ci\n", "", "not passed ci.yml"),
    ("ci.yml", "needs: [ci, audit]", "needs: [ci]", "every other job"),
    ("rollback.yml", "options: [cloudflare, aws]", "options: [cloudflare]", "both platforms"),
];

#[test]
fn each_rule_finds_what_breaks_it() {
    let good = all();
    for (file, from, to, words) in MUTATIONS {
        let text = &named(&good, file).text;
        assert!(text.contains(from), "{file} has no {from:?}");
        let mut set = good.clone();
        let one = set.iter_mut().find(|one| one.file == file).unwrap();
        *one = Workflow::new(file, &text.replacen(from, to, 1));
        let found = wrong(&set);
        assert!(found.iter().any(|what| what.contains(words)), "{file}, {to:?}: no {words:?} in {found:?}");
    }
}
