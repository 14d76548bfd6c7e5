#!/usr/bin/env bash
# Stands in for the aws program. It writes down each command in $STATE/commands, knows who is signed in by the file
# $STATE/signed-in, and keeps the objects of its bucket in the folder $STATE/bucket.
set -euo pipefail
echo "$*" >> "$STATE/commands"
[ "$1" = --version ] && echo aws-cli/2.0.0 && exit
if [ ! -e "$STATE/signed-in" ]; then
  echo "Unable to locate credentials. You can configure credentials by running \"aws login\"." >&2
  exit 253
fi
bucket=$STATE/bucket
mkdir -p "$bucket"

# The values after an option's name, and what is no option.
value() { local name=$1; shift; while [ $# -gt 0 ]; do [ "$1" = "$name" ] && echo "$2" && return; shift; done; }
key() { local rest=${1#s3://}; echo "${rest#*/}"; }

case "$1 $2" in
  "sts get-caller-identity") echo arn:aws:iam::111122223333:user/operator ;;
  "cloudformation describe-stacks")
    case "$(value --query "$@")" in
      *"'Base'"*) echo http://127.0.0.1:9 ;;
      *) echo "the-$(value --query "$@" | sed "s/.*=='\([A-Za-z]*\)'.*/\1/" | tr '[:upper:]' '[:lower:]')" ;;
    esac ;;
  "cloudformation deploy") ;;
  "secretsmanager list-secret-version-ids") echo 00000000-0000-0000-0000-000000000001 ;;
  "cloudfront create-invalidation") echo I1 ;;
  "s3api list-objects-v2")
    prefix=$(value --prefix "$@")
    files=$(cd "$bucket" && find . -type f -printf '%P\n' | grep "^$prefix" || true)
    if [[ "$*" == *length* ]]; then
      [ -z "$files" ] && echo 0 || echo 1
    else
      (cd "$bucket" && printf '['; separator=
        while read -r file; do
          [ -z "$file" ] && continue
          printf '%s["%s","\\"%s\\""]' "$separator" "$file" "$(md5sum "$file" | cut -d' ' -f1)"; separator=,
        done <<< "$files"; printf ']')
    fi ;;
  "s3 cp")
    shift 2
    recursive=; places=()
    while [ $# -gt 0 ]; do
      case "$1" in
        --recursive) recursive=yes ;;
        --only-show-errors) ;;
        --cache-control|--content-type|--region) shift ;;
        *) places+=("$1") ;;
      esac
      shift
    done
    from=${places[0]} to=${places[1]}
    if [ "$to" = - ]; then cat "$bucket/$(key "$from")"
    elif [ -n "$recursive" ]; then
      (cd "$from" && find . -type f -printf '%P\n') | while read -r file; do
        mkdir -p "$bucket/$(dirname "$file")"; cat "$from/$file" > "$bucket/$file"; echo "$file" >> "$STATE/sent"
      done
    else mkdir -p "$bucket/$(dirname "$(key "$to")")"; cat "$from" > "$bucket/$(key "$to")"; echo "$(key "$to")" >> "$STATE/sent"
    fi ;;
  *) echo "the stand-in knows no aws $1 $2" >&2; exit 2 ;;
esac
