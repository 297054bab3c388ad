#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `siftr-bpf flows` on the golden logs: programs that read tables and JSON load what it prints, and
# the parts of each ledger add up to the duration. Prints TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/quality/tap
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

logs="tests/golden/freebsd.log tests/golden/two-flows.log tests/golden/two-flows-1.2.log
	tests/golden/two-flows.csv tests/golden/two-flows.jsonl tests/golden/two-flows.siftr2
	tests/golden/two-flows.siftr2-binary"

# No golden file has quotes in it, so that awk can split at commas.
for log in $logs; do
	./siftr-bpf flows -q --format csv "$log" 2>&1 | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) column[i] = $i; columns = NF; next }
		NF != columns { print "a line of " NF " columns, not " columns ": " $0 }
		{
			for (i in column) {
				if (column[i] == "duration_us") duration = $i
				if (column[i] ~ /^send_.*_us$/) sent += $i
				if (column[i] ~ /^receive_.*_us$/) received += $i
			}
			total += duration
		}
		END {
			if (NR < 3) print NR " lines"
			if (sent != total || received != total)
				print "durations are " total ", as sender " sent ", as receiver " received
		}' >"$work/out"
	ok "$(basename "$log"): each ledger adds up to the durations" "$work/out"
done

freebsd=tests/golden/freebsd.log
{
	gzip -c $freebsd | ./siftr-bpf flows -q --format csv -
	./siftr-bpf flows -q --format csv $freebsd
} >"$work/both" 2>&1
lines=$(wc -l <"$work/both")
head -n $((lines / 2)) "$work/both" >"$work/piped"
tail -n $((lines / 2)) "$work/both" | cmp "$work/piped" - >"$work/out" 2>&1
ok "a compressed log from a pipe gives what the file does" "$work/out"

if command -v jq >/dev/null; then
	./siftr-bpf flows -q --format jsonl $freebsd >"$work/flows.jsonl"
	got=$(jq -r '[.laddr, .lport, .limit] | join(" ")' "$work/flows.jsonl" | head -n 1)
	[ "$got" = "10.1.1.2 49152 closing" ] || echo "jq finds '$got'" >"$work/out"
	jq -r 'keys_unsorted | join(",")' "$work/flows.jsonl" | sort -u >"$work/names"
	head -n 1 "$work/piped" | cmp "$work/names" - >>"$work/out" 2>&1
	ok "jq finds the columns of csv in each object of jsonl" "$work/out"
fi

# A pipe whose reader has left by itself, as head does, before anything is written.
mkfifo "$work/pipe"
exec 3<>"$work/pipe"
exec 4>"$work/pipe"
exec 3<&-
log=tests/golden/two-flows.log
{
	while read -r expected command; do
		eval "./siftr-bpf $command" >&4 2>"$work/err"
		code=$?
		[ $code = "$expected" ] || echo "exit status $code: $command"
		grep . "$work/err"
	done <<-END
		0 flows -q $log
		0 flows -q --format csv $log
		0 why -q $log
		0 report -q $log
		0 plot -q -o - $log
		0 diff -q $log $log
		1 diff -q --fail-if 'flows>1' $log $log
		0 check -q $log
		0 fields
	END
} >"$work/out"
exec 4>&-
grep -v "^siftr-bpf: --fail-if 'flows>1' holds" "$work/out" >"$work/unexpected"
ok "a reader that leaves has had enough: no message, and the exit status is that of what was found" "$work/unexpected"

plan
