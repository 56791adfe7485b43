#!/bin/bash
# Whole processes, as the README shows them: time and peak memory of `sekisho` on the large hospital and on
# the example, and of what people use to read YAML (PyYAML with its C loader). Needs GNU time and python3-yaml.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --release --quiet
LARGE=$work cargo bench --quiet --bench spine
ls -l "$work" | awk 'NR > 1 {printf "%s: %.1f MB\n", $9, $5 / 1e6}'

# Best of N: time of the whole process, and its peak memory.
measure() {
    local times=$1 name=$2 best
    shift 2
    for ((i = 0; i < times; i++)); do
        # Findings are reported with exit code 1; that is no failure here.
        command time --quiet -f '%e s  %M KB' -o "$work/once" "$@" >"$work/out" 2>"$work/err" || (($? == 1))
        cat "$work/once"
    done | sort -n | head -1 >"$work/best"
    read -r best <"$work/best"
    printf '%-44s %s\n' "$name" "$best"
}

sekisho=target/release/sekisho
measure 5 'audit, 100,000 systems' $sekisho --quiet audit "$work/large.yaml"
measure 5 'validate, 100,000 systems' $sekisho --quiet validate "$work/large.yaml"
measure 5 'PyYAML CSafeLoader, the same file' python3 -c '
import sys, yaml
yaml.load(open(sys.argv[1], "rb"), Loader=yaml.CSafeLoader)' "$work/large.yaml"
measure 5 'Python json, the same facts' python3 -c '
import sys, json
json.load(open(sys.argv[1], "rb"))' "$work/large.json"
measure 20 'audit, the example' $sekisho --quiet audit inventories/general-hospital
measure 5 'audit --out, the example, nine formats' $sekisho --quiet audit inventories/general-hospital --out "$work/out.d"
