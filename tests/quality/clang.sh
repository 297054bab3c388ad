#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All user space is built by clang without a warning, as it is by gcc. Each header of the BPF programs
# compiles alone, for all ways of attaching, so that an editor shows no error in it.
# shellcheck disable=SC2317 # check calls the function
set -eu
. tests/quality/tap

for file in $(c_sources) $(unit_tests); do
	# shellcheck disable=SC2086 # these are flags
	check "clang: $file" clang ${ANALYSE_CFLAGS:?run this by make analyse} -Werror -fsyntax-only "$file"
done

# with_bpf_flags HEADER [FLAG...]
with_bpf_flags()
{
	header=$1
	shift
	# shellcheck disable=SC2086 # these are flags
	clang ${ANALYSE_BPF_CFLAGS:?run this by make analyse} -Werror -fsyntax-only "$@" -include "$header" -x c /dev/null
}

for header in bpf/*.bpf.h include/siftr/record.h; do
	check "clang, fentry: $header alone" with_bpf_flags "$header"
	check "clang, kprobe: $header alone" with_bpf_flags "$header" -DSIFTR_KPROBE -D__TARGET_ARCH_x86
	check "clang, kprobe with types: $header alone" \
		with_bpf_flags "$header" -DSIFTR_KPROBE -DSIFTR_CAST -D__TARGET_ARCH_x86
done
# shellcheck disable=SC2086 # these are flags
check "clang: include/siftr/record.h alone" \
	clang ${ANALYSE_CFLAGS} -Werror -fsyntax-only -include include/siftr/record.h -x c /dev/null
# shellcheck disable=SC2086 # these are flags
check "clang: include/siftr/fields.def alone" \
	clang ${ANALYSE_CFLAGS} -Werror -fsyntax-only -x c include/siftr/fields.def
plan
