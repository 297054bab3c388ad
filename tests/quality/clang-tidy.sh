#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# clang-tidy with the checks of .clang-tidy. A process a file: of several files in one process the
# analyser of clang 14 reports va_lists as uninitialised that are not.
set -eu
. tests/quality/tap

for file in $(c_sources) $(unit_tests); do
	# shellcheck disable=SC2086 # these are flags
	check "clang-tidy: $file" \
		clang-tidy --quiet "$file" -- ${ANALYSE_CFLAGS:?run this by make analyse}
done
plan
