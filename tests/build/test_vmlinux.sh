#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# vmlinux.h can be made again for the programs as they are today: from the type information of a
# kernel that has nothing but what vmlinux.h has, and from those kernels that the guests left here.
# Prints TAP.
# shellcheck disable=SC2317 # check calls the functions
set -eu
cd "$(dirname "$0")/../.."
. tests/quality/tap

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=${SIFTR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/siftr-bpf}

# The compiler keeps only types that are used, so each gets a variable.
type_information()
{
	sed 's/^enum {/enum constants {/' vmlinux/vmlinux.h >"$work/vmlinux.h"
	{
		echo '#include "vmlinux.h"'
		sed -nE 's/^((struct|enum) ([a-z0-9_]+)) \{$/\1 of_\3;/p
			s/^(struct ([a-z0-9_]+));$/\1 *to_\2;/p
			s/^typedef .* ([a-z0-9_]+);$/\1 of_\1;/p' "$work/vmlinux.h"
	} >"$work/all.c"
	"${CLANG:-clang}" -g -O2 -target bpf -c "$work/all.c" -o "$work/all.o"
}

# What it declares, in whatever order, with the integers called as clang or as gcc calls them.
declarations()
{
	sed -E -e '/^struct [a-z0-9_]+;$/d' -e 's/(long|short) unsigned int/unsigned \1/' "$1" |
		awk 'BEGIN { RS = "" } { gsub(/\n/, "\v"); print }' | sort | tr '\v' '\n'
}

gives_the_same()
{
	type_information && vmlinux/generate.sh "$work/all.o" "$work/again.h" || return 1
	declarations vmlinux/vmlinux.h >"$work/committed"
	declarations "$work/again.h" >"$work/again"
	diff "$work/committed" "$work/again" && [ "$(wc -l <"$work/again")" -gt 100 ]
}

# The header would lack the registers that kprobes get on x86-64.
refuses()
{
	! vmlinux/generate.sh "$1" "$work/refused.h" >"$work/said" 2>&1 && [ ! -e "$work/refused.h" ] &&
		grep -q "$1 lacks the registers of x86-64" "$work/said"
}

# Types as arm64 has them, so that the refusal is tried where no such kernel was fetched, too.
refuses_arm64()
{
	echo 'struct user_pt_regs { unsigned long long regs[31]; } registers;' >"$work/arm64.c"
	"${CLANG:-clang}" -g -O2 -target bpf -c "$work/arm64.c" -o "$work/arm64.o" && refuses "$work/arm64.o"
}

check "from its own types vmlinux.h is made again as it is" gives_the_same
check "types of arm64 are refused" refuses_arm64
for btf in "$cache"/kernels/*/vmlinux.btf; do
	[ -e "$btf" ] || continue
	kernel=$(basename "${btf%/vmlinux.btf}")
	case $kernel in
	*-arm64) check "the types of $kernel are refused" refuses "$btf" ;;
	*) check "from the types of $kernel one is made that compiles" vmlinux/generate.sh "$btf" "$work/other.h" ;;
	esac
done
plan
