#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The page of siftr-bpf report in Chromium: that it draws, zooms, searches, prints and asks for nothing.
# Prints TAP; screenshots go to the directory SHOTS, if it is set.
set -eu
cd "$(dirname "$0")/../.."

without=build/siftr-bpf-without-uplot
for program in chromium node; do
	command -v $program >/dev/null || { echo "1..0 # SKIP $program is not installed: make deps"; exit 0; }
done
[ -d tests/page/node_modules/puppeteer-core ] || { echo "1..0 # SKIP puppeteer-core is not installed: make deps"; exit 0; }
[ -d tools/page/node_modules/uplot ] || { echo "1..0 # SKIP uPlot is not installed: make deps"; exit 0; }
[ -x $without ] || { echo "1..0 # SKIP $without is not built: make $without"; exit 0; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v lines=70000 -v flows=300 -f tests/page/sample.awk >"$work/sample.csv"
./siftr-bpf report -q -o "$work/with.html" "$work/sample.csv"
awk -v lines=20 -v flows=2 -v begin=900000000000 -f tests/page/sample.awk >"$work/wrong.csv"
./siftr-bpf report -q -o "$work/wrong.html" "$work/wrong.csv"
$without report -q -o "$work/without.html" "$work/sample.csv"
HOME=$work timeout 300 node tests/page/page.mjs "$(command -v chromium)" "$work/with.html" "$work/without.html" "$work/wrong.html" \
	${SHOTS:+"$SHOTS"}
