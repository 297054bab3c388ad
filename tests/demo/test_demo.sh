#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The demo as a lab exercise: its parameters are checked, applied, and do not reach the compiler. Where
# this kernel may not be used it takes a guest and reports why; it ends with what to do next.
# shellcheck disable=SC2317 # check calls the functions
set -eu
. tests/quality/tap

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# refused NAME=VALUE: the demo ends with 2 and one sentence that names both.
refused()
{
	status=0
	env "$1" tests/demo/run ./siftr-bpf >"$work/out" 2>"$work/err" || status=$?
	test "$status" = 2 && test "$(wc -l <"$work/err")" = 1 && grep -qF -- "${1#*=}" "$work/err"
}

compiled_by()
{
	make -n -B demo CC="$1" LOSS=2 RATE=20 >"$work/commands"
	grep -qF "CONGESTION='$2'" "$work/commands" && grep -qE "^ *$3 .*-c src/main.c" "$work/commands"
}

# In a guest, or on this kernel where that may be traced.
demonstrated()
{
	(
		cd "$work"
		LOSS=2 RATE=20 CONGESTION=bbr "$tree/tests/demo/run" "$tree/siftr-bpf"
	) >"$work/demo" 2>&1 || { cat "$work/demo"; return 1; }
}

prints()
{
	grep -qF -- "$1" "$work/demo" || { cat "$work/demo"; return 1; }
}

# A tree without its repository has nothing to commit.
all_ignored()
{
	[ -e .git ] || return 0
	for left; do git check-ignore -q "$left" || { echo "$left is not ignored"; return 1; }; done
}

tree=$(pwd)
check "a loss that is no number is refused" refused LOSS=x
check "a rate beyond reason is refused" refused RATE=0
check "a congestion control that cannot be one is refused" refused CONGESTION=b/r
check "CC=bbr is the congestion control, the compiler stays" compiled_by bbr bbr cc
check "CC=gcc is the compiler" compiled_by gcc "" gcc
check "a transfer by bbr with 2 % loss at 20 Mbit/s is traced" demonstrated
check "it prints what it shows" prints "2 % loss, at 20 Mbit/s, by bbr"
check "it ends with what to do next" prints "What next:"
check "it tells how to ask what made it slow" prints "/siftr-bpf why siftr.log"
check "it plots the sender's window" prints "# cwnd"
check "the plot is a file, too" grep -qF "</svg>" "$work/cwnd.svg"
check "its log is good" ./siftr-bpf check "$work/siftr.log"
check "what it leaves is not committed by accident" all_ignored siftr.log siftr.log.1 cwnd.svg report.html
plan
