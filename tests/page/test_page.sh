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
# Of each value a connection that lasts so many microseconds, with as many bytes of cwnd and as long an srtt. Their
# times count from the start of the log.
awk 'BEGIN {
	count = split("999 1000 1023 1024 1050 1150 1250 1280 1331 1350 1450 99950 999949 999950 999999 1000500 1001500 1048524 1048525 \
		1310720 1966080 2097152 12345678 99999999 1234567890", values, " ")
	print "time,direction,laddr,lport,faddr,fport,flowid,max_seg_size,snd_ssthresh,snd_cwnd,srtt"
	for (i = 1; i <= 2 * count; i++) {
		value = values[int((i + 1) / 2)]
		after = i % 2 ? 0 : value
		printf "%d.%06d,o,10.0.0.1,80,10.0.0.2,%d,%d,1448,1073725440,%d,%d\n", 2 + int(after / 1000000), after % 1000000, 1000 + value % 50000,
			value, value, value
	}
}' >"$work/values.csv"
./siftr-bpf report -q -o "$work/values.html" "$work/values.csv"
./siftr-bpf flows -q "$work/values.csv" >"$work/values.txt"
sed '$d' tests/golden/two-flows.log >"$work/killed.log"
./siftr-bpf report -q -o "$work/killed.html" "$work/killed.log" && exit 1
$without report -q -o "$work/without.html" "$work/sample.csv"
HOME=$work timeout 300 node tests/page/page.mjs "$(command -v chromium)" "$work/with.html" "$work/without.html" "$work/wrong.html" \
	"$work/values.html" "$work/values.txt" "$work/killed.html" ${SHOTS:+"$SHOTS"}
