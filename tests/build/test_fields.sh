#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A new field of any width takes one line in fields.def: programs and user space build, and neither
# tests nor documents depend on the size of a record. Prints TAP.
# shellcheck disable=SC2317 # check calls the functions
set -eu
cd "$(dirname "$0")/../.."
. tests/quality/tap
unset MAKEFLAGS MAKELEVEL MFLAGS

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$work"
fields=$work/include/siftr/fields.def
cp "$fields" "$work/fields.def"

# with_field TYPE READ BEFORE: fields.def with a field before the first one of type BEFORE.
with_field()
{
	sed "0,/^FIELD(.*, $3,/s//FIELD(added, $1, \"\", $2, \"added by a test\")\n&/" \
		"$work/fields.def" >"$fields"
	grep -q added "$fields"
}

# The tests of what a record passes through on its way to a line.
build_and_test()
{
	tests="test_fields test_drain test_drain_order test_flows test_siftr test_format"
	# shellcheck disable=SC2046,SC2086 # these are words
	make -s -C "$work" CFLAGS="-O0 -g0 -Werror" siftr-bpf $(printf 'build/tests/%s ' $tests) ||
		return 1
	for test in $tests; do
		"$work/build/tests/$test" || return 1
	done
	[ "$("$work/siftr-bpf" fields | grep -c added)" = 1 ]
}

fits()
{
	with_field "$@" && build_and_test
}

fits_documents()
{
	fits "$@" && (cd "$work" && tests/docs/test_docs.sh)
}

# The build fails with this message and not for another reason.
leaves_a_gap()
{
	with_field "$@"
	! make -s -C "$work" build/siftr_fentry.bpf.o >"$work/messages" 2>&1 &&
		grep "leaves a gap" "$work/messages"
}

check "a field of 64 bits fits" fits __u64 'READ(tp, bytes_acked)' __u32
check "a field of 32 bits fits" fits __u32 'READ(tp, snd_cwnd)' __u32
check "a field of 16 bits fits" fits __u16 'READ(tp, tcp_header_len)' __u16
check "a field of 8 bits fits" fits __u8 'READ(tp, ecn_flags)' __u8
check "a new member fits, and no document has to change" fits_documents __u32 'READ(tp, total_retrans)' __u32
check "a computed field names its members" fits __u8 \
	'COMPUTED(READ(tp, snd_cwnd) > 10, tp->snd_cwnd, tp->snd_ssthresh)' __u8
check "a field after narrower ones is rejected" leaves_a_gap __u64 'READ(tp, bytes_acked)' __u8
plan
