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

check "from its own types vmlinux.h is made again as it is" gives_the_same
for btf in "$cache"/kernels/*/vmlinux.btf; do
	[ -e "$btf" ] || continue
	check "from the types of $(basename "${btf%/vmlinux.btf}") one is made that compiles" \
		vmlinux/generate.sh "$btf" "$work/other.h"
done
plan
