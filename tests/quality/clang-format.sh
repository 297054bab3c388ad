#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The sources are laid out as `make format` does it.
set -eu
. tests/quality/tap

# One process: for 800 files its start takes longer than all else.
# shellcheck disable=SC2086 # these are words
check "clang-format: every source" clang-format --dry-run --Werror ${FORMATTED:?run this by make analyse}
plan
