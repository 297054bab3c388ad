#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The USDT probes as a tracer finds them, in the program and in the static one. Prints TAP; runs at
# the root of the tree after make siftr-bpf build/static/siftr-bpf.
# shellcheck disable=SC2317 # check calls the functions
set -eu
cd "$(dirname "$0")/../.."
. tests/quality/tap

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# probes PROGRAM: a line for each probe, "name semaphore argument...", an argument without its place.
probes()
{
	LC_ALL=C readelf --notes --wide "$1" | awk '
		$1 == "Provider:" || /Provider: siftr_bpf$/ { ours = /siftr_bpf$/ }
		ours && $1 == "Name:" { name = $2 }
		ours && $1 == "Location:" { semaphore = $NF }
		ours && $1 == "Arguments:" {
			line = name " " semaphore
			for (i = 2; i <= NF; i++) { sub("@.*", "", $i); line = line " " $i }
			print line
		}'
}

# A size is negative for what is signed.
has_the_arguments()
{
	cat >"$work/wanted" <<-END
		flow_begin 4 8 2 8 2
		flow_end 4 8 2 8 2
		line -4 4 8 8 8
		loss 8 -4 8
	END
	probes "$1" | sed 's/ 0x[0-9a-f]*//' | sort | diff "$work/wanted" -
}

# A semaphore is in the section .probes, where it can be written to.
has_semaphores()
{
	LC_ALL=C readelf --sections --wide "$1" | sed 's/\[ */[/' |
		awk '$2 == ".probes" { print $4, $6, $8 }' >"$work/section"
	read -r address bytes flags <"$work/section"
	[ "$flags" = WA ] || { echo "flags of .probes: $flags"; return 1; }
	probes "$1" >"$work/probes"
	while read -r name semaphore _; do
		offset=$((semaphore - 0x$address))
		if [ "$offset" -lt 0 ] || [ "$offset" -ge $((0x$bytes)) ]; then
			echo "$name: $semaphore is not in .probes"
			return 1
		fi
	done <"$work/probes"
	[ "$(awk '{ print $2 }' "$work/probes" | sort -u | wc -l)" -eq 4 ]
}

# Whatever comes of a row, the function that writes it asks in three instructions.
costs_three_instructions()
{
	objdump --disassemble=session__write_rows --no-show-raw-insn "$1" >"$work/code"
	grep -A 2 siftr_bpf_line_semaphore "$work/code" | awk '{ print $2 }' | tr '\n' ' ' >"$work/guard"
	cat "$work/guard"
	[ "$(cat "$work/guard")" = 'movzwl test jne ' ]
}

for program in siftr-bpf build/static/siftr-bpf; do
	check "$program: each probe has its arguments" has_the_arguments $program
	check "$program: each probe has a semaphore of its own that can be written to" has_semaphores $program
done
what="a probe that nobody attached to is a load, a test and a branch"
if [ "$(uname -m)" = x86_64 ]; then
	check "$what" costs_three_instructions siftr-bpf
else
	skip "$what" "the instructions of x86-64 are known"
fi
plan
