#!/bin/bash
# Whole processes on the same pairs of Nmap reports (benches/scans.py): `sekisho diff` and Ndiff, processor
# time (user and system), time and peak memory of the best of five. Needs GNU time and ndiff; SEKISHO names a
# program that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sekisho=${SEKISHO:-}
[ -n "$sekisho" ] || { cargo build --release --quiet; sekisho=target/release/sekisho; }
python3 benches/scans.py "$work"

for kind in plain full; do
    for program in "$sekisho diff" ndiff; do
        for ((i = 0; i < 5; i++)); do
            # Differences are reported by the exit code; that is no failure here.
            command time --quiet -f '%U %S %e %M' -o "$work/once" $program "$work/$kind-old.xml" "$work/$kind-new.xml" >/dev/null 2>&1 || (($? <= 3))
            awk '{printf "%.2f s of processor, %.2f s, %.0f MB\n", $1 + $2, $3, $4 / 1000}' "$work/once"
        done | sort -n | head -1 | sed "s|^|$kind, ${program##*/}: |"
    done
done
