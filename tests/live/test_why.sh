#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# `siftr-bpf why` on a terminal: its sentences are wrapped between words, by the width of the terminal; in a
# pipe each is one line, for grep. `flows` leaves out columns there, until its lines fit. Prints TAP; run from anywhere after make.
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=tests/quality/tap
. tests/quality/tap
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# A connection that enters recovery: two sentences of some 150 characters.
awk 'BEGIN {
	print "time,direction,laddr,lport,faddr,fport,flowid,snd_ssthresh,snd_cwnd,snd_wnd,max_seg_size,srtt,t_flags,rto,snd_buf_hiwater,snd_buf_cc,sent_inflight_bytes"
	for (line = 0; line < 8; line++)
		printf "1700000000.%d00000,i,10.0.0.1,1,10.0.0.2,51234,7,%d,14480,65535,1460,25000,%d,204000,87040,2896,2896\n", \
			line, line < 4 ? 1073725440 : 8000, line == 4 || line == 5 ? 1049572 : 996
}' >"$work/a.csv"
./siftr-bpf why "$work/a.csv" >"$work/piped"

# on_terminal SETTINGS STTY: what why prints to a terminal, in $work/shown.
on_terminal() {
	script -q -c "stty $2; env $1 ./siftr-bpf why '$work/a.csv'" /dev/null </dev/null | tr -d '\r' >"$work/shown"
}

# widths LEAST MOST: complains unless the longest line has so many characters.
widths() {
	awk -v least="$1" -v most="$2" '{ if (length > longest) longest = length }
		END { if (longest < least || longest > most) print "the longest line has " longest " characters" }' "$work/shown"
}

# Line ends and the blanks after them are all that differs.
same_words() {
	tr -s ' \n' ' ' <"$work/shown" >"$work/words"
	tr -s ' \n' ' ' <"$work/piped" | cmp - "$work/words"
}

{
	[ "$(wc -L <"$work/piped")" -gt 120 ] || echo "no line has more than 120 characters"
	COLUMNS=50 ./siftr-bpf why "$work/a.csv" | cmp - "$work/piped"
} >"$work/out" 2>&1
ok "in a pipe a sentence is a line, whatever COLUMNS says" "$work/out"

{
	on_terminal COLUMNS=120 'rows 24 cols 60'
	widths 50 60
	same_words
	grep -q '^     [a-z]' "$work/shown" || echo "no line goes on below its sentence"
} >"$work/out" 2>&1
ok "on a terminal lines end between words, at its width" "$work/out"

{
	on_terminal COLUMNS=100 'rows 0 cols 0'
	widths 81 100
	same_words
	on_terminal COLUMNS= 'rows 0 cols 0'
	widths 70 80
} >"$work/out" 2>&1
ok "on a terminal that has no width COLUMNS says it, or it is 80" "$work/out"

{
	on_terminal COLUMNS=1 'rows 24 cols 5'
	widths 30 50
	same_words
} >"$work/out" 2>&1
ok "on a narrow terminal lines do not become words" "$work/out"

# on_terminal STTY COMMAND: what a command of siftr-bpf prints to a terminal, in $work/shown, and what it says of
# that, in $work/said.
on_terminal() {
	script -q -c "stty $1; ./siftr-bpf $2 2>'$work/said'" /dev/null </dev/null | tr -d '\r' >"$work/shown"
}

{
	on_terminal 'rows 24 cols 80' "flows '$work/a.csv'"
	widths 60 80
	grep -q '^FLOW  LOCAL .* FOREIGN .* LIMIT ' "$work/shown" || echo "columns that matter most are not there"
	grep -q ' columns did not fit into the 80 of the terminal: ' "$work/said" || echo "what is left out is not said"
	grep -q 'RETR' "$work/shown" && echo "a column that is not known is shown"
	on_terminal 'rows 24 cols 20' "flows '$work/a.csv'"
	grep -q '^LOCAL  *FOREIGN  *LIMIT$' "$work/shown" || echo "LOCAL, FOREIGN and LIMIT are not what stays"
	on_terminal 'rows 24 cols 400' "flows '$work/a.csv'"
	./siftr-bpf flows "$work/a.csv" | cmp - "$work/shown"
	[ ! -s "$work/said" ] || cat "$work/said"
} >"$work/out" 2>&1
ok "on a terminal flows has the columns that fit, and says so" "$work/out"

{
	on_terminal 'rows 24 cols 80' fields
	widths 60 80
	grep -q '^NAME  *GROUP  *UNIT  *MEANING$' "$work/shown" || echo "name, group, unit and meaning are not what stays"
	grep -q ': 3 columns did not fit into the 80 of the terminal: ' "$work/said" || cat "$work/said"
	on_terminal 'rows 24 cols 20' fields
	widths 30 40
	on_terminal 'rows 24 cols 400' fields
	./siftr-bpf fields | cmp - "$work/shown"
	[ ! -s "$work/said" ] || cat "$work/said"
} >"$work/out" 2>&1
ok "so has fields, and wraps what a field means" "$work/out"

plan
