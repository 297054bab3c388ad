#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Programs that read tables and JSON lines load the golden ones with the right types and sums, and
# every field that can be asked for; and TEACUP's steps find the flows, windows and round-trip times of a log of SIFTR 1.2.4. Prints TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/quality/tap
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
golden=tests/golden/two-flows

equals() { # WHAT GOT EXPECTED
	[ "$2" = "$3" ] || printf '%s is\n%s\nnot\n%s\n' "$1" "$2" "$3"
}

for format in csv jsonl; do
	name="pandas loads $format with its types, sums and absent values"
	if /usr/bin/python3 -c 'import pandas' 2>/dev/null; then
		/usr/bin/python3 tests/format/pandas_sums.py "$golden.$format" >"$work/out" 2>&1
		ok "$name" "$work/out"
	else
		skip "$name" "python3-pandas is not installed: make deps"
	fi
done

if command -v jq >/dev/null; then
	{
		equals "sum of snd_cwnd" "$(jq -s 'map(.snd_cwnd) | add' $golden.jsonl)" 20192
		equals "types of srtt" "$(jq -c .srtt $golden.jsonl | xargs)" "25000 null"
		equals "the members' order" "$(jq -r 'keys_unsorted | join(",")' $golden.jsonl | sort -u)" \
			"$(head -n 1 $golden.csv)"
	} >"$work/out" 2>&1
	ok "jq finds the same members in every line, in the order of the table" "$work/out"
else
	skip "jq finds the same members in every line" "jq is not installed: make deps"
fi

if command -v sqlite3 >/dev/null; then
	columns=$(head -n 1 $golden.csv | sed 's/,/ INTEGER, /g; s/$/ INTEGER/
		s/time INTEGER/time REAL/; s/\(direction\|[lf]addr\) INTEGER/\1 TEXT/g')
	sqlite3 :memory: "CREATE TABLE log ($columns);" '.mode csv' ".import --skip 1 $golden.csv log" \
		"SELECT count(*), sum(snd_cwnd), typeof(snd_cwnd), typeof(time), count(nullif(srtt, '')) FROM log;" \
		>"$work/got" 2>&1
	equals "what SQLite selects" "$(tr -d '\r' <"$work/got")" 2,20192,integer,real,1 >"$work/out"
	ok "SQLite imports the table into columns of their types" "$work/out"
else
	skip "SQLite imports the table" "sqlite3 is not installed: make deps"
fi

if command -v gnuplot >/dev/null; then
	gnuplot -e "set datafile separator ','; set key autotitle columnheader;
		stats '$golden.csv' using 'snd_cwnd' nooutput; print STATS_records, STATS_sum;
		stats '$golden.csv' using 'srtt' nooutput; print STATS_records, STATS_sum" >"$work/got" 2>&1
	equals "what gnuplot sums" "$(cat "$work/got")" "2 20192.0
1 25000.0" >"$work/out"
	ok "gnuplot finds columns by their names and leaves out absent values" "$work/out"
else
	skip "gnuplot finds columns by their names" "gnuplot-nox is not installed: make deps"
fi

if command -v zstdcat >/dev/null; then
	./siftr-bpf convert --to csv --compress zstd $golden.log >"$work/table.zst"
	zstdcat "$work/table.zst" 2>&1 | cmp - $golden.csv >"$work/out" 2>&1
	zstd --test --quiet "$work/table.zst" >>"$work/out" 2>&1
	ok "zstd reads a compressed table and finds its checksums right" "$work/out"
else
	skip "zstd reads a compressed table" "zstd is not installed: make deps"
fi

# A table of five packets received on a flow and one sent: the windows grow by a segment a packet.
{
	echo "time,direction,laddr,lport,faddr,fport,snd_wnd,srtt,snd_una,snd_nxt,cwnd_segs,current_ssthresh,offered_wnd,mss_cache,skb_len,skc_state"
	for packet in 0 1 2 3 4; do
		echo "170000000$packet.500000,i,10.0.0.2,39815,10.0.0.1,5001,14592,$((20000 + packet)),1000,2448,$((10 + packet)),2147483647,29200,1448,32,1"
	done
	echo "1700000005.500000,o,10.0.0.2,39815,10.0.0.1,5001,14592,30000,1000,2448,20,18,29200,1448,1448,1"
	echo "1700000006.500000,o,10.0.0.2,39815,10.0.0.1,5001,14592,30000,1000,2448,20,18,29200,1448,0,2"
} >"$work/probe.csv"
./siftr-bpf convert --to tcp_probe "$work/probe.csv" >"$work/tcp_probe"
./siftr-bpf convert --to ttprobe "$work/probe.csv" >"$work/ttprobe"

if command -v gnuplot >/dev/null; then
	gnuplot -e "stats '$work/tcp_probe' using 1:7 nooutput; print STATS_records, STATS_max_x, STATS_sum_y;
		stats '$work/tcp_probe' using (\$10/1000) nooutput; print STATS_records, STATS_max" >"$work/got" 2>&1
	equals "what gnuplot finds" "$(cat "$work/got")" "5 4.0 60.0
5 20.004" >"$work/out"
	ok "gnuplot plots time, window and round-trip time of tcp_probe by the numbers of its fields" "$work/out"
else
	skip "gnuplot plots tcp_probe" "gnuplot-nox is not installed: make deps"
fi

# The scripts of course labs split at blanks, stop at a line that has not 11 fields, group by the
# source port and compare the destination's as text; the round-trip time is the second last field.
awk -F'[ ]' 'NF != 11 { exit } { split($3, to, ":"); split($2, from, ":") }
	to[2] == "5001" { cwnd[from[2]] = cwnd[from[2]] " " $7; srtt[from[2]] = $(NF - 1) }
	END { for (port in cwnd) print port ":" cwnd[port], srtt[port] }' "$work/tcp_probe" >"$work/got"
equals "what the labs' scripts find" "$(cat "$work/got")" "39815: 10 11 12 13 14 20004" >"$work/out"
ok "the steps of course labs' scripts find the flow and its windows in tcp_probe" "$work/out"

# TEACUP recognises the file by its first 20 bytes, takes the flow from columns 3 to 6, leaves out
# state 2 and divides the round-trip time by 1000.
{
	head -c 20 "$work/ttprobe" | LC_ALL=C grep -q '^[io][ -~]\{19\}' || echo "not recognised"
	awk -F, '$14 == "2" { next } $1 ~ /[io]/ && $3 "," $4 "," $5 "," $6 == "10.0.0.2,39815,10.0.0.1,5001" {
		print $2, $10, $9 / 1000 }' "$work/ttprobe" >"$work/got"
	equals "what TEACUP takes of ttprobe" "$(cat "$work/got")" "1700000000.500000 14480 20
1700000001.500000 15928 20.001
1700000002.500000 17376 20.002
1700000003.500000 18824 20.003
1700000004.500000 20272 20.004
1700000005.500000 28960 30"
} >"$work/out"
ok "TEACUP's steps find the flow, its windows and round-trip times in ttprobe" "$work/out"

for format in csv jsonl; do
	name="DuckDB infers the types of $format, compressed or not, and finds its sums"
	if [ -d tests/format/node_modules/@duckdb ]; then
		./siftr-bpf convert --to $format --compress zstd $golden.log >"$work/table.$format.zst"
		for table in "$golden.$format" "$work/table.$format.zst"; do
			node tests/format/duckdb_sums.mjs "$table" 2>&1
		done >"$work/out"
		ok "$name" "$work/out"
	else
		skip "$name" "DuckDB's package of npm is not installed: make deps"
	fi
done

# The largest value of every field, a small one and an absent one, with all groups asked for. The
# types in which a program has to load them are those that `siftr-bpf fields` has for machines.
./siftr-bpf fields --json >"$work/fields.json"
groups=$(grep -o '"group":"[a-z]*"' "$work/fields.json" | sort -u | cut -d '"' -f 4 | paste -s -d ,)
tests/format/field_rows.py <"$work/fields.json" >"$work/rows.csv"
for format in csv jsonl; do
	./siftr-bpf convert --to $format --fields "$groups" "$work/rows.csv" >"$work/fields.$format"
	./siftr-bpf convert --to $format --fields "$groups" --compress zstd "$work/rows.csv" >"$work/fields.$format.zst"
done 2>"$work/out"
cmp "$work/rows.csv" "$work/fields.csv" >>"$work/out" 2>&1
ok "every field of every group is written in csv as it was read" "$work/out"

for format in csv jsonl; do
	name="pandas loads every field of $format with its type, absent values as well"
	if /usr/bin/python3 -c 'import pandas' 2>/dev/null; then
		/usr/bin/python3 -B tests/format/pandas_fields.py "$work/fields.$format" "$work/fields.json" >"$work/out" 2>&1
		ok "$name" "$work/out"
	else
		skip "$name" "python3-pandas is not installed: make deps"
	fi
	name="DuckDB loads every field of $format with its type, compressed or not"
	if [ -d tests/format/node_modules/@duckdb ]; then
		for table in "$work/fields.$format" "$work/fields.$format.zst"; do
			node tests/format/duckdb_fields.mjs "$table" "$work/fields.json" 2>&1
		done >"$work/out"
		ok "$name" "$work/out"
	else
		skip "$name" "DuckDB's package of npm is not installed: make deps"
	fi
done

if command -v jq >/dev/null; then
	jq -r --slurp --slurpfile fields "$work/fields.json" -f tests/format/field_rows.jq \
		"$work/fields.jsonl" >"$work/out" 2>&1
	ok "jq finds every field with its type, what can pass 2^53 as text, and null for absent ones" "$work/out"
else
	skip "jq finds every field with its type" "jq is not installed: make deps"
fi

# A text with a comma, quotes, a backslash and the end of a line, as Python's readers, which keep to
# RFC 4180 and RFC 8259, take it out of both tables. In csv the end of a line is a question mark.
printf '%s\n' '{"time":5.000000,"direction":"o","laddr":"10.0.0.1","lport":80,"faddr":"10.0.0.2","fport":4000,"cc_name":"a, \"b\"\\\u000a\u00e9"}' \
	>"$work/text.jsonl"
./siftr-bpf convert --to csv "$work/text.jsonl" >"$work/text.csv" 2>"$work/out"
./siftr-bpf convert --to jsonl "$work/text.jsonl" >"$work/again.jsonl" 2>>"$work/out"
/usr/bin/python3 - "$work/text.csv" "$work/again.jsonl" >>"$work/out" 2>&1 <<'END'
import csv, json, sys

with open(sys.argv[1], newline="", encoding="utf-8") as table:
    found = [row["cc_name"] for row in csv.DictReader(table, strict=True)]
with open(sys.argv[2], encoding="utf-8") as table:
    found += [json.loads(line)["cc_name"] for line in table]
if found != ['a, "b"\\?\u00e9', 'a, "b"\\\n\u00e9']:
    print(found)
END
ok "Python finds any text in both tables, unchanged but for the end of a line in csv" "$work/out"

# siftr2's readers subtract the first line's time, divide by the lines that the flow list counts and
# by the mss, and need exactly eight digits of the id. What they compute of the golden log:
./siftr-bpf convert --to csv --fields +packet,probe,cc $golden.siftr2 >"$work/siftr2.csv" 2>"$work/out"
awk -F, 'function number(text,  i, value) {
		for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
		return value
	}
	NF == 18 && length($1) == 8 && $1 ~ /^[0-9a-f]*$/ && $2 ~ /^[io]$/ { ms = number($3); if (!lines++) first = ms
		if (ms < first) print "a line before the first"
		of[$1]++; cwnd[$1] += number($4); payload[$1] += number($7)
		if (length($0) + 1 > longest) longest = length($0) + 1; next }
	/^enable/ { if (split($0, pairs, "\t") != 5) print "not five pairs"; next }
	/^disable/ { if (split($0, pairs, "\t") != 7) print "not seven pairs"
		split(pairs[3], count, "="); split(pairs[5], size, "=")
		if (size[2] != longest) print "the longest line has " longest
		n = split(substr(pairs[7], 11), flows, ";") - 1
		if (n != count[2]) print n " flows"
		for (i = 1; i <= n; i++) { split(flows[i], f, ",")
			if (f[13] != of[f[1]] || f[13] < before) print "lines of " f[1]
			before = f[13]
			print f[1], cwnd[f[1]] / f[13] / f[9], payload[f[1]] }
		next }
	{ print "unknown line " $0 }' $golden.siftr2 >"$work/got" 2>&1
equals "what the readers of siftr2 compute" "$(cat "$work/got")" "12345678 10 1448
00000001 4 0" >>"$work/out"
ok "the steps of siftr2's readers find the flows, windows in segments and payload" "$work/out"

for pair in siftr-1.2:-1.2.log csv:.csv jsonl:.jsonl; do
	./siftr-bpf convert --to "${pair%%:*}" $golden.log 2>&1 | cmp - "$golden${pair#*:}" 2>&1
done >"$work/out"
ok "convert writes the golden files" "$work/out"

# Six packets sent and as many received, in turn: the windows grow by one segment of 1448 a packet,
# the round-trip times by a millisecond.
{
	head -n 1 $golden.log
	packet=0
	while [ $packet -lt 12 ]; do
		[ $((packet % 2)) = 0 ] && letter=i || letter=o
		echo "$letter,1700000000.$((100000 + packet * 1000)),10.1.1.2,32291,10.1.1.3,5001,1073725440,$((14480 + packet * 1448)),2,65536,66560,7,9,4,1448,$((20000 + packet * 1000)),1,1017,230000,33304,208,66608,0,2896,0,305419896,191"
		packet=$((packet + 1))
	done
	printf 'disable_time_secs=1700000002\tdisable_time_usecs=000000\tnum_inbound_tcp_pkts=6\tnum_outbound_tcp_pkts=6\ttotal_tcp_pkts=12'
	for what in malloc tcpcb inpcb; do
		printf '\tnum_inbound_skipped_pkts_%s=0\tnum_outbound_skipped_pkts_%s=0' $what $what
	done
	printf '\ttotal_skipped_tcp_pkts=0\tflow_list=10.1.1.2;32291-10.1.1.3;5001,\n'
} >"$work/log"
./siftr-bpf convert --to siftr-1.2 "$work/log" >"$work/log-1.2" 2>"$work/out"
# Of the windows sent, at packets 1, 3, 5, 7, 9 and 11, the first two and the last are left out.
cat >"$work/expected" <<'END'
10.1.1.2_32291_10.1.1.3_5001 1700000000.105000 cwnd 21720
10.1.1.2_32291_10.1.1.3_5001 1700000000.107000 cwnd 24616
10.1.1.2_32291_10.1.1.3_5001 1700000000.109000 cwnd 27512
10.1.1.2_32291_10.1.1.3_5001 1700000000.101000 rtt 21
10.1.1.2_32291_10.1.1.3_5001 1700000000.103000 rtt 23
10.1.1.2_32291_10.1.1.3_5001 1700000000.105000 rtt 25
10.1.1.2_32291_10.1.1.3_5001 1700000000.107000 rtt 27
10.1.1.2_32291_10.1.1.3_5001 1700000000.109000 rtt 29
END
tests/format/teacup.py "$work/log-1.2" 2>&1 | diff "$work/expected" - >>"$work/out"
ok "TEACUP's steps find the flow, its windows and round-trip times in siftr-1.2" "$work/out"

# What a log of SIFTR 1.3.0 yields there is no such thing: its columns stand elsewhere.
tests/format/teacup.py "$work/log" >"$work/got" 2>/dev/null && echo "a log of SIFTR 1.3.0 is read as one of 1.2.4" >"$work/out"
ok "TEACUP's steps fail on SIFTR 1.3.0, which is why the format exists" "$work/out"

# A log larger than the memory that convert may have: it keeps no more than a part of it at a time.
{
	head -n 1 $golden.log
	awk -F, -v OFS=, '/^[io]/ { line[n++] = $0 } END { for (i = 0; i < 400000; i++) {
		$0 = line[i % n]; $2 = sprintf("%d.%06d", 1700000000 + i / 1000, i % 1000 * 1000); print } }' $golden.log
} >"$work/long.log"
gzip -1 <"$work/long.log" >"$work/long.log.gz"
[ "$(wc -c <"$work/long.log")" -gt 50000000 ] || echo "the log is too short" >"$work/out"
for log in "$work/long.log" "$work/long.log.gz"; do
	for to in siftr-1.2 csv "jsonl --compress zstd"; do
		# shellcheck disable=SC2086,SC3045 # several words; dash and bash have ulimit -v
		lines=$( (ulimit -v 32000 && ./siftr-bpf convert --to $to "$log") 2>/dev/null |
			case $to in *zstd) zstdcat ;; *) cat ;; esac | grep -c '10.0.0.1"*,\("lport":\)*443,')
		equals "lines of $log in $to" "$lines" 200000
	done
done >>"$work/out" 2>&1
ok "convert of a long log to any format needs less memory than the log has bytes" "$work/out"

plan
