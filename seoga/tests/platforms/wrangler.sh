#!/usr/bin/env bash
# Stands in for the program wrangler: it writes down each command in $STATE/commands, and says who is signed in as wrangler
# does, with exit code 0 for nobody. What it deploys it keeps in $STATE/deployed.json; the version in force has its variables. With
# $STATE/unreachable the platform answers nothing.
set -euo pipefail
echo "$*" >> "$STATE/commands"
case "$1" in
  --version) echo 4.0.0 ;;
  whoami)
    if [ -e "$STATE/signed-in" ]; then echo "You are logged in with an OAuth Token."
    else echo "You are not authenticated. Please run \`wrangler login\`."
    fi ;;
  deployments)
    if [ -e "$STATE/unreachable" ]; then echo "fetch failed" >&2; exit 1; fi
    if [ ! -e "$STATE/deployed.json" ]; then echo "The Worker seoga has no deployments." >&2; exit 1; fi
    echo '{"versions": [{"version_id": "v1", "percentage": 100}]}' ;;
  versions)
    base=$(sed -n 's/.*"SEOGA_BASE": "\(.*\)".*/\1/p' "$STATE/deployed.json")
    echo "{\"resources\": {\"bindings\": [{\"name\": \"SEOGA_BASE\", \"type\": \"plain_text\", \"text\": \"$base\"}]}}" ;;
  deploy)
    case "$*" in *--dry-run*) exit 0 ;; esac
    cp wrangler.deploy.json "$STATE/deployed.json"
    if [ -n "${WRANGLER_OUTPUT_FILE_PATH:-}" ]; then
      echo '{"type":"deploy","version":1,"targets":["https://seoga.account.workers.dev"]}' >> "$WRANGLER_OUTPUT_FILE_PATH"
    fi ;;
esac
