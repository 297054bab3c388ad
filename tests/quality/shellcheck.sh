#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every shell script of the tree, whatever it is called.
set -eu
. tests/quality/tap

for file in $(shell_scripts); do
	check "shellcheck: $file" shellcheck --external-sources "$file"
done
plan
