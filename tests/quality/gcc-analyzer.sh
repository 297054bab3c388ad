#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# gcc's analyser, which follows pointers, memory and descriptors from path to path. Not on the unit
# tests, as it does not know that cmocka's assertions do not return, nor on the benchmarks, which
# exit on failure without freeing anything.
set -eu
. tests/quality/tap

for file in $(product_sources); do
	# shellcheck disable=SC2086 # these are flags
	check "gcc -fanalyzer: $file" \
		gcc ${ANALYSE_CFLAGS:?run this by make analyse} -fanalyzer -Werror -c "$file" -o /dev/null
done
plan
