// SPDX-License-Identifier: BSD-2-Clause
/* What a row shows of the time before it: timeouts, probes, and received segments without a row. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "analyse/ledger.h"

/* 100 ms of application, 200 ms of silence that a timeout ends, 50 ms of recovery. */
static void a_timeout_takes_the_silence_before_it(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1100000, false),
				      analysed_row(1150000, false), analysed_row(1300000, true),
				      analysed_row(1350000, false)};
	struct ledger ledger = {};
	struct interval interval;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, i >= 3);
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, i >= 3 ? 4 : 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, i >= 2 ? 3000 : 2000);
	}
	for (size_t i = 1; i < ARRAY_SIZE(rows); i++) {
		interval = ledger__add(&ledger, analysed_state(&rows[i - 1]),
				       analysed_state(&rows[i]));
		if (i == 3)
			assert_int_equal(interval.rto_silence_us, 200000);
	}
	assert_int_equal(ledger__send_us(&ledger, SEND_application), 100000);
	assert_int_equal(ledger__send_us(&ledger, SEND_rto_wait), 200000);
	assert_int_equal(ledger__send_us(&ledger, SEND_recovery), 50000);
	assert_int_equal(ledger.duration_us, 350000);
}

/* The probe's own row does not show it yet: the next one does, and the wait was for the probe. */
static void a_tail_loss_probe_takes_the_wait_before_it(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(1060000, true),
				      analysed_row(1100000, false)};
	struct ledger ledger = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, 0);
	}
	analysed_row__set(&rows[2], SIFTR_FIELD_tlp_high_seq, 77);
	for (size_t i = 1; i < ARRAY_SIZE(rows); i++)
		ledger__add(&ledger, analysed_state(&rows[i - 1]), analysed_state(&rows[i]));
	assert_int_equal(ledger__send_us(&ledger, SEND_probe_wait), 60000);
	assert_int_equal(ledger__send_us(&ledger, SEND_application), 40000);
}

/* The ledger of received segments of which the kernel had counted so many at each row. */
static struct ledger ledger_of_counts(const __u32 counts[], size_t nr_rows, __u64 step_us)
{
	struct ledger ledger = {};
	struct analysed_row before, now;

	for (size_t i = 0; i < nr_rows; i++, before = now) {
		now = analysed_row(1000000 + i * step_us, false);
		analysed_row__set(&now, SIFTR_FIELD_segs_in, counts[i]);
		analysed_row__set(&now, SIFTR_FIELD_gso_segs, 1);
		if (i)
			ledger__add(&ledger, analysed_state(&before), analysed_state(&now));
	}
	ledger__end(&ledger);
	return ledger;
}

#define LEDGER_OF(counts, step_us) ledger_of_counts(counts, ARRAY_SIZE(counts), step_us)

/* Three wait in the backlog at once, so that the count jumps and the rows catch up. */
static void received_segments_that_wait_for_their_rows_are_no_gap(void **state)
{
	static const __u32 jumps[] = {7, 10, 10, 10, 11, 12}, first_late[] = {9, 9, 9, 10, 11};
	struct ledger ledger = LEDGER_OF(jumps, 10000);

	(void)state;
	assert_int_equal(ledger.gap_us, 0);
	ledger = LEDGER_OF(first_late, 10000);
	assert_int_equal(ledger.gap_us, 0);
}

static void received_segments_without_a_row_are_a_gap(void **state)
{
	static const __u32 early[] = {7, 8, 10, 11, 12, 13, 14}, last[] = {7, 8, 9, 11},
			   both[] = {9, 9, 9, 11, 12, 13};
	struct ledger ledger = LEDGER_OF(early, 100000);

	(void)state;
	assert_int_equal(ledger.gap_us, 100000);
	assert_int_equal(ledger__send_us(&ledger, SEND_unknown), 100000);
	assert_int_equal(ledger__send_us(&ledger, SEND_application), 500000);
	assert_int_equal(ledger.receive_us[RECEIVE_unknown], 100000);
	assert_int_equal(ledger.receive_us[RECEIVE_sender], 500000);
	ledger = LEDGER_OF(last, 10000);
	assert_int_equal(ledger.gap_us, 10000);
	ledger = LEDGER_OF(both, 100000);
	assert_int_equal(ledger.gap_us, 100000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_timeout_takes_the_silence_before_it),
		cmocka_unit_test(a_tail_loss_probe_takes_the_wait_before_it),
		cmocka_unit_test(received_segments_that_wait_for_their_rows_are_no_gap),
		cmocka_unit_test(received_segments_without_a_row_are_a_gap),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
