#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A new field of any width takes one line in fields.def: programs and user space build, and neither
# tests nor documents depend on the size of a record. What `siftr-bpf fields` lists, the columns, stays
# the same until a column is made of the field. Prints TAP.
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

# add_field NAME TYPE READ BEFORE: a field before the first one of type BEFORE.
add_field()
{
	sed -i "0,/^FIELD(.*, $4,/s//FIELD($1, $2, \"\", $3, \"added by a test\")\n&/" "$fields"
	grep -q "$1" "$fields"
}

# with_field TYPE READ BEFORE: fields.def with that one field more.
with_field()
{
	cp "$work/fields.def" "$fields"
	add_field added "$@"
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
	"$work/siftr-bpf" fields >"$work/listed" && ! grep added "$work/listed"
}

# One build for all of them: each is before the first field of the next narrower type. One is of a member
# that no column has.
every_width_fits()
{
	cp "$work/fields.def" "$fields"
	add_field added64 __u64 'READ(tp, bytes_acked)' __u32 &&
		add_field added32 __u32 'READ(tp, total_retrans)' __u32 &&
		add_field added16 __u16 'READ(tp, tcp_header_len)' __u16 &&
		add_field added8 __u8 'READ(tp, ecn_flags)' __u8 &&
		add_field added_computed __u8 \
			'COMPUTED(READ(tp, snd_cwnd) > 10, tp->snd_cwnd, tp->snd_ssthresh)' __u8 &&
		build_and_test
}

fits_documents()
{
	(cd "$work" && tests/docs/test_docs.sh)
}

# The build fails with this message and not for another reason.
leaves_a_gap()
{
	with_field "$@"
	! make -s -C "$work" build/siftr_fentry.bpf.o >"$work/messages" 2>&1 &&
		grep "leaves a gap" "$work/messages"
}

check "a field of each width, one of a new member and a computed one fit" every_width_fits
check "no document has to change for them" fits_documents
check "a field after narrower ones is rejected" leaves_a_gap __u64 'READ(tp, bytes_acked)' __u8
plan
