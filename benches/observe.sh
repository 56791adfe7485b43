#!/bin/bash
# What it costs to read a capture: processor time (user and system) and peak memory of whole processes, the least
# of three runs, one after the other so that all meet the same machine. Compares with what is installed of
# tcpdump, nfpcapd (nfdump), softflowd, p0f and ndpiReader. Needs GNU time.
#
#   benches/observe.sh CAPTURE [SEKISHO]
set -euo pipefail
capture=$(realpath "${1:?a capture}")
cd "$(dirname "$0")/.."
sekisho=${2:-target/release/sekisho}
[ -x "$sekisho" ] || cargo build --release --quiet

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/flows"
declare -A command=(
    [sekisho]="taskset -c 0 $sekisho --quiet observe pcap $capture"
    [tcpdump]="tcpdump -r $capture -w /dev/null"
    [nfpcapd]="nfpcapd -r $capture -w $work/flows"
    [softflowd]="softflowd -r $capture -n 127.0.0.1:9999 -d"
    [p0f]="p0f -r $capture -o $work/p0f.log"
    [ndpiReader]="ndpiReader -q -i $capture"
)
for run in 1 2 3; do
    for name in tcpdump sekisho softflowd p0f nfpcapd ndpiReader; do
        if [ "$name" != sekisho ] && ! command -v "$name" >"$work/where"; then
            continue
        fi
        rm -f "$work/p0f.log"
        # What a peer answers is of no interest here, only what it costs.
        command time --quiet -f '%U %S %M' -o "$work/once" ${command[$name]} >"$work/out" 2>"$work/err" || true
        awk '{print $1 + $2, $3}' "$work/once" >>"$work/$name"
    done
done
for name in tcpdump sekisho softflowd p0f nfpcapd ndpiReader; do
    [ -s "$work/$name" ] || continue
    sort -n "$work/$name" | head -1 >"$work/best"
    read -r seconds memory <"$work/best"
    [ "$name" != tcpdump ] || base=$seconds
    awk -v n="$name" -v s="$seconds" -v m="$memory" -v b="${base:-0}" \
        'BEGIN {printf "%-12s %6.2f s  %7.0f MB  %s\n", n, s, m / 1000, b ? sprintf("%.2f x tcpdump", s / b) : ""}'
done
