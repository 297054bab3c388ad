#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cppcheck. Not reported:
#   knownConditionTrueFalse  it takes values for known that come through pointers
#   leakReturnValNotUsed     it takes a mapping at a given address for a leaked one
#   readdirCalled, strtokCalled, usleepCalled  there is one thread, and readdir_r() is deprecated
#   clarifyCalculation, shadowFunction, variableScope  matters of taste
set -eu
. tests/quality/tap

for file in $(c_sources) $(unit_tests); do
	check "cppcheck: $file" \
		cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,style,performance,portability \
		--suppress=knownConditionTrueFalse --suppress=leakReturnValNotUsed \
		--suppress=readdirCalled --suppress=strtokCalled --suppress=usleepCalled \
		--suppress=clarifyCalculation --suppress=shadowFunction --suppress=variableScope \
		--library=posix,gnu --library=tests/quality/libbpf.cfg \
		-D_GNU_SOURCE '-DSIFTR_BPF_VERSION="0"' -Iinclude -Isrc "$file"
done
plan
