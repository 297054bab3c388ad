#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The sources are laid out as `make format` does it.
set -eu
. tests/quality/tap

for file in ${FORMATTED:?run this by make analyse}; do
	check "clang-format: $file" clang-format --dry-run --Werror "$file"
done
plan
