#!/usr/bin/env bash
# Stands in for the program wrangler: it writes down each command in $STATE/commands, and says who is signed in as wrangler
# does, with exit code 0 for nobody.
set -euo pipefail
echo "$*" >> "$STATE/commands"
case "$1" in
  --version) echo 4.0.0 ;;
  whoami)
    if [ -e "$STATE/signed-in" ]; then echo "You are logged in with an OAuth Token."
    else echo "You are not authenticated. Please run \`wrangler login\`."
    fi ;;
esac
