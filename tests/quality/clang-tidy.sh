#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# clang-tidy with the checks of .clang-tidy. A process a file: of several files in one process the
# analyser of clang 14 reports va_lists as uninitialised that are not. Unit tests go without the
# analyser, which takes half of their time: they run under sanitizers and valgrind. With
# TIDY_WITHOUT_ANALYSER, as in continuous integration, which has GCC's, all files do.
set -eu
. tests/quality/tap

# tidy FILE [OPTION...]
tidy()
{
	file=$1
	shift
	# shellcheck disable=SC2086 # these are flags
	check "clang-tidy: $file" \
		clang-tidy --quiet "$@" "$file" -- ${ANALYSE_CFLAGS:?run this by make analyse}
}

without='--checks=-clang-analyzer-*'
for file in $(c_sources); do
	tidy "$file" ${TIDY_WITHOUT_ANALYSER:+"$without"}
done
for file in $(unit_tests); do
	tidy "$file" "$without"
done
plan
