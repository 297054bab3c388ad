// SPDX-License-Identifier: BSD-2-Clause
/* The sentences about what made a flow slow, on rows worked out by hand. */
#include "../lib/analysed_rows.h"

#include <siftr/array_size.h>

#include "analyse/sentences.h"
#include "analyse/verdict.h"
#include "convert/tcp_constants.h"

/* Whether one of the sentences about the flow of these rows begins so. */
static bool is_found(const struct analysed_row rows[], size_t count, const char *beginning)
{
	struct flow_analysis flow = analysed_flow(rows, count);
	struct sentences sentences;
	bool found = false;

	verdict__find(&sentences, &flow);
	for (unsigned int i = 0; i < sentences.count; i++) {
		found = found || !strncmp(sentences.of[i].text, beginning, strlen(beginning));
		if (i)
			assert_true(sentences.of[i].us <= sentences.of[i - 1].us);
	}
	flow_analysis__free(&flow);
	return found;
}

static __u32 count_of(const struct analysed_row rows[], size_t count, enum event_kind kind)
{
	struct flow_analysis flow = analysed_flow(rows, count);
	__u32 found = flow.events.list.count[kind];

	flow_analysis__free(&flow);
	return found;
}

#define FOUND(rows, beginning)	   assert_true(is_found(rows, ARRAY_SIZE(rows), beginning))
#define NOT_FOUND(rows, beginning) assert_false(is_found(rows, ARRAY_SIZE(rows), beginning))

/* Rows a second apart: an outbound one and two inbound ones, edited by the test. */
#define ROWS                                                                                     \
	struct analysed_row rows[] = {analysed_row(1000000, true), analysed_row(2000000, false), \
				      analysed_row(3000000, false)};                             \
	(void)state

static void set_rate(struct analysed_row *row, __u64 pacing_status)
{
	analysed_row__set(row, SIFTR_FIELD_pacing_status, pacing_status);
	analysed_row__set(row, SIFTR_FIELD_is_cwnd_limited, 0);
	analysed_row__set(row, SIFTR_FIELD_chrono_type, 1);
}

static void an_application_that_gives_nothing_is_named(void **state)
{
	ROWS;
	FOUND(rows,
	      "The application had nothing to send for 2.000s (100 %), the longest pause "
	      "1.000s at 1.000000s, or waited for room in its send buffer of 97.7KiB: this log "
	      "cannot tell which");
	rows[2].columns.snd_buf_hiwater = 0;
	FOUND(rows, "The application had nothing to send for 2.000s (100 %), the longest pause "
		    "1.000s at 1.000000s, or waited for room in its send buffer: this log");
	set_rate(&rows[1], 0);
	set_rate(&rows[2], 0);
	FOUND(rows, "The application had nothing to send for 2.000s (100 %), the longest pause "
		    "1.000s at 1.000000s: it writes too late");
}

/* Nobody waits for room in a buffer while nothing is in flight. */
static void an_idle_application_does_not_wait_for_the_send_buffer(void **state)
{
	ROWS;
	rows[2].columns.sent_inflight_bytes = rows[2].columns.snd_buf_cc = 0;
	FOUND(rows, "The application had nothing to send for 2.000s (100 %), the longest pause "
		    "1.000s at 1.000000s. For 1.000s of it data was in flight, and it may have "
		    "waited for room in its send buffer of 97.7KiB: this log cannot tell which; "
		    "--fields +rate does.");
	rows[2].time_us = 60000000;
	FOUND(rows, "The application had nothing to send for 59.000s (100 %), the longest pause "
		    "58.000s at 2.000000s: it writes too late");
}

static void a_full_send_buffer_is_named(void **state)
{
	ROWS;
	for (int i = 1; i < 3; i++) {
		set_rate(&rows[i], 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_sk_wmem_queued, 66667);
	}
	FOUND(rows, "The send buffer of 97.7KiB was full for 2.000s (100 %)");
	NOT_FOUND(rows, "The application had nothing");
	analysed_row__set(&rows[1], SIFTR_FIELD_sk_wmem_queued, 66666);
	analysed_row__set(&rows[2], SIFTR_FIELD_sk_wmem_queued, 66666);
	NOT_FOUND(rows, "The send buffer");
}

static void windows_are_named_with_what_they_allow(void **state)
{
	ROWS;
	rows[1].columns.snd_buf_cc = rows[2].columns.snd_buf_cc = 90000;
	rows[1].columns.snd_wnd = rows[2].columns.snd_wnd = 5120;
	FOUND(rows,
	      "The peer's window was full for 2.000s (100 %), the longest wait 1.000s at "
	      "1.000000s: 5.0KiB at a round-trip time of 100.0ms allow 50.0KiB/s. A larger receive");
	rows[2].columns.snd_wnd = 0;
	FOUND(rows,
	      "The peer's window was full for 1.000s (50 %), the longest wait 1.000s at "
	      "1.000000s: 5.0KiB at a round-trip time of 100.0ms allow 50.0KiB/s. It closed at");
	rows[1].columns.snd_wnd = rows[2].columns.snd_wnd = 0;
	FOUND(rows, "The peer's window was closed 1 time for 2.000s (100 %)");
	rows[1].columns.snd_wnd = rows[2].columns.snd_wnd = 65535;
	rows[1].columns.snd_cwnd = rows[2].columns.snd_cwnd = 5000;
	FOUND(rows, "The congestion window was full for 2.000s (100 %), in slow start");
	rows[1].columns.srtt = rows[2].columns.srtt = 400000;
	FOUND(rows, "A queue on the path was full of this connection's packets (bufferbloat) for "
		    "2.000s (100 %): srtt rose from 100.0ms to 400.0ms");
	NOT_FOUND(rows, "The congestion window");
}

static void pacing_and_small_segments_are_named(void **state)
{
	static const char cc_name[SIFTR_TEXT_MAX + 1] = "bbr";

	ROWS;
	rows[1].columns.snd_buf_cc = rows[2].columns.snd_buf_cc = 5900;
	FOUND(rows, "Small writes waited 2.000s (100 %)");
	for (int i = 1; i < 3; i++) {
		set_rate(&rows[i], 1);
		analysed_row__set(&rows[i], SIFTR_FIELD_pacing_rate, 102400);
		row_fields__set_text(&rows[i].fields, SIFTR_FIELD_cc_name, cc_name);
	}
	FOUND(rows,
	      "Pacing held data back for 2.000s (100 %), at 100.0KiB/s at last: the congestion "
	      "control bbr");
}

static void losses_are_named_with_their_share(void **state)
{
	ROWS;
	for (int i = 0; i < 3; i++) {
		rows[i].outbound = true;
		rows[i].columns.t_flags = i == 1 || i == 2 ? TF_FASTRECOVERY : 0;
		analysed_row__set(&rows[i], SIFTR_FIELD_payload_len, 1000);
		analysed_row__set(&rows[i], SIFTR_FIELD_is_retransmit, i == 1);
	}
	FOUND(rows, "Segments were lost: 1 recovery took 2.000s (100 %), the longest from "
		    "2.000000s on, 1 segment of 3 sent again (33.3 %).");
}

static void a_timeout_and_an_undo_are_named(void **state)
{
	ROWS;
	for (int i = 0; i < 3; i++) {
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, i == 1 ? 4 : 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, i == 1);
	}
	rows[1].outbound = true;
	rows[2].columns.snd_ssthresh = rows[1].columns.snd_ssthresh + 1;
	FOUND(rows,
	      "1 retransmission timeout cost 1.000s (50 %), the longest wait 1.000s at 1.000000s");
	assert_int_equal(count_of(rows, ARRAY_SIZE(rows), EVENT_undo), 1);
	rows[2].columns.snd_ssthresh = rows[1].columns.snd_ssthresh;
	assert_int_equal(count_of(rows, ARRAY_SIZE(rows), EVENT_undo), 0);
}

static void two_timeouts_in_a_row_are_a_blackout(void **state)
{
	ROWS;
	for (int i = 0; i < 3; i++) {
		rows[i].outbound = true;
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, i ? 4 : 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, i);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, 1000);
	}
	FOUND(rows, "Nothing came through for 2.000s (100 %) (blackout), the longest silence "
		    "2.000s at 1.000000s, which took 2 retransmission timeouts in a row");
	NOT_FOUND(rows, "1 retransmission timeout");
	NOT_FOUND(rows, "2 retransmission timeouts");
}

/*
 * A pause of 100 ms, and one of a second that turns out to be a part of a silence that a timeout
 * ends.
 */
static void the_longest_pause_is_none_that_a_timeout_took(void **state)
{
	struct analysed_row rows[] = {analysed_row(1000000, true),  analysed_row(1100000, false),
				      analysed_row(2100000, false), analysed_row(2150000, true),
				      analysed_row(2200000, false), analysed_row(2210000, false)};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, i == 3);
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, i == 3 ? 4 : 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, 1000 * ((i > 1) + (i > 4)));
	}
	FOUND(rows, "The application had nothing to send for 160.0ms (13 %), the longest pause "
		    "100.0ms at 1.000000s");
	FOUND(rows, "1 retransmission timeout cost 1.050s (87 %), the longest wait 1.050s at "
		    "1.100000s");
}

/* A timeout alone waits 300 ms, three in a row before it wait three seconds. */
static void the_longest_wait_of_single_timeouts_is_none_of_a_blackout(void **state)
{
	static const __u32 counts[] = {0, 1, 2, 3, 0, 0, 1};
	static const __u64 times[] = {0, 500000, 1500000, 3000000, 3100000, 3200000, 3500000};
	struct analysed_row rows[ARRAY_SIZE(counts)];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		rows[i] = analysed_row(1000000 + times[i], i < 4 || i == 6);
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, counts[i]);
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, counts[i] ? 4 : 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_bytes_acked, i < 4 ? 1000 : 1000 * i);
	}
	FOUND(rows, "1 retransmission timeout cost 300.0ms (9 %), the longest wait 300.0ms at ");
}

/* A recovery of a second that is undone as it ends was none of a loss. */
static void a_recovery_that_is_undone_is_reordering(void **state)
{
	ROWS;
	for (int i = 0; i < 3; i++) {
		analysed_row__set(&rows[i], SIFTR_FIELD_ca_state, i == 1 ? 3 : 0);
		analysed_row__set(&rows[i], SIFTR_FIELD_icsk_retransmits, 0);
	}
	rows[1].columns.snd_ssthresh = 7000;
	FOUND(rows, "Segments were reordered or late, and taken for lost: 1 recovery took 1.000s "
		    "(50 %), the longest ");
	NOT_FOUND(rows, "Segments were lost");
	rows[2].columns.snd_ssthresh = 7000;
	FOUND(rows, "Segments were lost");
}

static void a_window_that_falls_after_idleness_is_named(void **state)
{
	ROWS;
	rows[1].columns.snd_buf_cc = rows[1].columns.sent_inflight_bytes = 0;
	rows[1].columns.snd_cwnd = 10240;
	rows[2].columns.snd_cwnd = 10240;
	rows[2].columns.max_seg_size = 500;
	FOUND(rows,
	      "The congestion window fell after idleness 1 time, last from 19.5KiB to 10.0KiB at "
	      "2.000000s");
	FOUND(rows, "The segment size fell from 1000 to 500 bytes at 3.000000s");
}

static void a_slow_reader_and_a_hole_are_named(void **state)
{
	ROWS;
	rows[1].columns.rcv_buf_cc = 40000;
	rows[2].columns.t_segqlen = 3;
	FOUND(rows, "As receiver: much was unread for 1.000s (50 %), the longest wait 1.000s at "
		    "1.000000s: the application here reads late; its receive buffer is 128.0KiB.");
	FOUND(rows, "As receiver: segments were missing for 1.000s (50 %)");
}

/* As printf() would write it; what is too long for a sentence is cut. */
static void a_sentence_has_its_values(void **state)
{
	struct sentences sentences = {};
	char longest[2 * SENTENCE_BYTES];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	sentences__note(&sentences, "%u of %s, %s", 4294967295U, "all", "");
	sentences__note(&sentences, "%s: %.1f %%", "exactly", 2.25);
	sentences__note(&sentences, "%u %s", 1U, longest);
	sentences__note(&sentences, "without any");
	assert_int_equal(sentences.count, 4);
	assert_string_equal(sentences.of[0].text, "4294967295 of all, ");
	assert_string_equal(sentences.of[1].text, "exactly: 2.2 %");
	assert_int_equal(strlen(sentences.of[2].text), SENTENCE_BYTES - 1);
	assert_memory_equal(sentences.of[2].text, "1 xx", 4);
	assert_string_equal(sentences.of[3].text, "without any");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_has_its_values),
		cmocka_unit_test(an_application_that_gives_nothing_is_named),
		cmocka_unit_test(an_idle_application_does_not_wait_for_the_send_buffer),
		cmocka_unit_test(a_full_send_buffer_is_named),
		cmocka_unit_test(windows_are_named_with_what_they_allow),
		cmocka_unit_test(pacing_and_small_segments_are_named),
		cmocka_unit_test(losses_are_named_with_their_share),
		cmocka_unit_test(a_timeout_and_an_undo_are_named),
		cmocka_unit_test(two_timeouts_in_a_row_are_a_blackout),
		cmocka_unit_test(the_longest_pause_is_none_that_a_timeout_took),
		cmocka_unit_test(the_longest_wait_of_single_timeouts_is_none_of_a_blackout),
		cmocka_unit_test(a_recovery_that_is_undone_is_reordering),
		cmocka_unit_test(a_window_that_falls_after_idleness_is_named),
		cmocka_unit_test(a_slow_reader_and_a_hole_are_named),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
