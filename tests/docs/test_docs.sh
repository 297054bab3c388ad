#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Keeps the documentation true to the program: options, columns, make targets,
# and the layout of the manual pages. Prints TAP; run from anywhere after make.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/quality/tap
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# Plain text of a manual page, without overstrikes and without line breaks.
render() {
	mandoc -T utf8 -O width=200 "$1" | sed "s/.$(printf '\b')//g" | tr '\n' ' ' | tr -s ' '
}

long_options() {
	grep -oE -e '(^|[^-[:alnum:]])--[a-z][a-z-]*' | grep -oE -e '--[a-z][a-z-]*' | sort -u
}

# "--port N" as the help shows it; "-o" alone for the short names.
help_words() {
	sed -n 's/^  *\(-.*\)/\1/p' "$work/help" | sed 's/   *.*//' |
		grep -oE -e '--[a-z-]+( [A-Z]+)?|-[a-zA-Z](,|$)' | tr -d ','
}

missing_from() { # FILE: prints the lines of stdin that FILE does not contain
	while IFS= read -r word; do
		grep -qF -e "$word" "$1" || echo "$word is not in $(basename "$1")"
	done
}

columns='direction
time
local address
local port
foreign address
foreign port
snd_ssthresh
snd_cwnd
t_flags2
snd_wnd
rcv_wnd
snd_scale
rcv_scale
conn_state
max_seg_size
srtt
sack_enabled
t_flags
rto
snd_buf_hiwater
snd_buf_cc
rcv_buf_hiwater
rcv_buf_cc
sent_inflight_bytes
t_segqlen
flowid
flowtype'

if ! command -v mandoc >/dev/null; then
	echo "1..0 # SKIP mandoc is not installed: make deps"
	exit 0
fi
if ! ./siftr-bpf --help >"$work/help"; then
	echo "1..0 # SKIP ./siftr-bpf is not built: make"
	exit 0
fi
render man/siftr-bpf.8 >"$work/siftr-bpf.8"
render man/siftr-bpf.5 >"$work/siftr-bpf.5"
long_options <"$work/help" >"$work/help.options"

help_words | missing_from "$work/siftr-bpf.8" >"$work/out"
ok "every option of --help is in siftr-bpf(8), with its argument" "$work/out"

for page in 8 5; do
	long_options <"$work/siftr-bpf.$page" | comm -23 - "$work/help.options" >"$work/out"
	ok "siftr-bpf($page) has only options of --help" "$work/out"
done

long_options <README.md | comm -23 - "$work/help.options" >"$work/out"
ok "the README has only options of --help" "$work/out"

for page in 8 5; do
	mandoc -T lint -W warning "man/siftr-bpf.$page" >"$work/out" 2>&1
	ok "siftr-bpf($page): mandoc has no warning" "$work/out"

	# Other pages may not be installed, and these two are not yet.
	mandoc -T lint -W style "man/siftr-bpf.$page" 2>/dev/null |
		grep -v -e 'referenced manual not found' -e 'operating system explicitly' >"$work/out"
	ok "siftr-bpf($page): mandoc has no remark on its style" "$work/out"
done

echo "$columns" | awk '{ print NR " " $0 }' | missing_from "$work/siftr-bpf.5" >"$work/out"
ok "every column, with its number, is in siftr-bpf(5)" "$work/out"

{ printf '%s\n' time_us lport fport; sed -n 's/^COLUMN(\([a-z0-9_]*\),.*/\1/p' src/format/row_columns.def; echo absent; } >"$work/members"
sed -n 's/^	uint[0-9]*_t \([a-z0-9_]*\);.*/\1/p' man/siftr-bpf.8 | diff "$work/members" - >"$work/out"
ok "the struct of the probe line in siftr-bpf(8) has the program's members, in order" "$work/out"

echo "$columns" | grep _ | missing_from README.md >"$work/out"
ok "every column is in the README" "$work/out"

sed -n '/^Formats:/,/^$/s/^  *\([a-z0-9._-]*\)  .*/\1/p' "$work/help" >"$work/formats"
[ "$(wc -l <"$work/formats")" -eq "$(grep -c '^FORMAT(' include/siftr/formats.def)" ] ||
	echo "--help lists no format, or not each" >"$work/out"
for document in "$work/siftr-bpf.8" "$work/siftr-bpf.5" README.md; do
	missing_from "$document" <"$work/formats"
done >>"$work/out"
ok "every format of --help is in the README and both pages" "$work/out"

# The keys of header and footer are listed only in the sources of SIFTR's formats.
sed 's/\\t/ /g' src/format/*siftr*.c | grep -oE '[a-z_]+=' | tr -d = | grep _ | sort -u |
	missing_from "$work/siftr-bpf.5" >"$work/out"
ok "every key of header and footer is in siftr-bpf(5)" "$work/out"

# The value of a bit in the source, its name in the page: "0x4 TF_NODELAY".
sed -n 's/^#define \(TF2*_[A-Z0-9_]*\)[[:space:]]*0x0*\([0-9a-f]*\)U$/0x\2 \1/p' \
	src/convert/tcp_constants.h >"$work/flags"
missing_from "$work/siftr-bpf.5" <"$work/flags" >"$work/out"
[ -s "$work/flags" ] || echo "no flag found in src/convert/tcp_constants.h" >"$work/out"
ok "every flag the program sets is in siftr-bpf(5), with its value" "$work/out"

grep -oE '0x[0-9a-f]+ TF2?_[A-Z0-9_]+' "$work/siftr-bpf.5" | missing_from "$work/flags" >"$work/out"
ok "siftr-bpf(5) has no flag that the program never sets" "$work/out"

# Labels stand as {SIFTR_..., "label", ...} and as print_row(stream, "- label", ...).
sed -n 's/.*{SIFTR_[A-Z_]*, "\([^"]*\)".*/\1/p
	s/.*print_[a-z]*(stream, "\(- \)*\([^"]*\)".*/\2/p' src/accounting/accounting.c >"$work/rows"
missing_from "$work/siftr-bpf.8" <"$work/rows" >"$work/out"
[ "$(wc -l <"$work/rows")" -ge 9 ] || echo "rows not found in src/accounting/accounting.c" >"$work/out"
ok "every row of the accounting is in siftr-bpf(8)" "$work/out"

grep -oE '(^|&& |sudo |`)[[:space:]]*make [a-z][a-z-]*' README.md | sed 's/.*make //' | sort -u |
	while read -r target; do
		grep -qhE "^$target:" Makefile tests/quality/quality.mk || echo "make $target: the Makefile has no such target"
	done >"$work/out"
ok "every make command of the README exists" "$work/out"

# Every installed awk must show a line while the writer still holds the pipe open.
live=$(sed -n "s/^awk \(-W interactive .*\)/\1/p" man/siftr-bpf.8)
line=$(sed -n '/^[io],/{s/^\(\([^,]*,\)\{18\}\)[0-9]*/\12000000/p;q;}' tests/golden/two-flows.log)
mkfifo "$work/log"
: >"$work/out"
[ -n "$live" ] && [ -n "$line" ] || echo "no example, or no line for it" >>"$work/out"
for awk in mawk gawk 'busybox awk'; do
	command -v "${awk%% *}" >/dev/null || continue
	eval "$awk $live" <"$work/log" >"$work/shown" 2>/dev/null &
	exec 9>"$work/log"
	echo "$line" >&9
	tries=1200
	while [ ! -s "$work/shown" ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
	[ -s "$work/shown" ] || echo "$awk shows nothing while the log goes on" >>"$work/out"
	exec 9>&-
	wait
done
ok "the live example shows a line at once" "$work/out"

for command in demo check-ci; do
	grep -q "make deps && make $command" README.md || echo "make deps && make $command"
done >"$work/out"
ok "the README has the two commands" "$work/out"

# Words in backquotes that begin with a directory of the tree, links, and indented commands.
for document in docs/architecture.md CONTRIBUTING.md; do
	{
		# shellcheck disable=SC2016 # these are backquotes of the document
		grep -oE '`(bpf|docs|include|src|tests|tools|vmlinux)/[^` ]*' "$document" | tr -d '`'
		sed -n 's/^    //p' "$document" | grep -oE '(^| )(tests|tools)/[a-z/]+' | tr -d ' '
	} | sort -u | while read -r path; do
		[ -e "$path" ] || echo "$document: there is no $path"
	done
	# shellcheck disable=SC2016
	grep -oE '(^    |`)make [a-z][a-z_.-]*( |`|$)' "$document" | sed 's/.*make //' | tr -d '` ' | sort -u |
		while read -r target; do
			grep -qhE "^$target:" Makefile tests/quality/quality.mk || echo "$document: no target $target"
		done
done >"$work/out"
grep -oE 'build/tests/test_[a-z_]+' CONTRIBUTING.md | sort -u | while read -r test; do
	[ -e "tests/unit/${test##*/}.c" ] || echo "CONTRIBUTING.md: no $test"
done >>"$work/out"
ok "paths and targets in docs/architecture.md and CONTRIBUTING.md exist" "$work/out"

plan
