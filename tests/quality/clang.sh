#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# All user space is built by clang without a warning, as it is by gcc.
set -eu
. tests/quality/tap

for file in $(c_sources) $(unit_tests); do
	# shellcheck disable=SC2086 # these are flags
	check "clang: $file" clang ${ANALYSE_CFLAGS:?run this by make analyse} -Werror -fsyntax-only "$file"
done
plan
