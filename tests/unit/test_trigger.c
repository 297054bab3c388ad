// SPDX-License-Identifier: BSD-2-Clause
/* --trigger: what it takes, and at which records of a flow each trigger fires. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "capture/group_layout.h"
#include "recorder/duration.h"
#include "recorder/trigger.h"

#include "../lib/idle_record.h"
#include "../lib/test.h"

/* A record with the groups that triggers look at. */
struct grouped {
	struct siftr_record record;
	char groups[SIFTR_GROUPS_BYTES];
};

static struct trigger_rules rules;
static struct trigger_state *state;
static struct grouped packet;
static __u16 offsets[SIFTR_GROUPS];

#define GROUP_OF(name) \
	((struct siftr_##name##_group *)((char *)&packet + offsets[SIFTR_GROUP_##name]))

/* Begins a flow whose records have the groups that the triggers need. */
static void begin(const char *list)
{
	free(state);
	assert_int_equal(trigger_rules__parse(list, &rules), 0);
	group_layout__place(trigger_rules__groups(&rules), offsets);
	state = calloc(1, trigger__state_bytes(&rules));
	assert_non_null(state);
	memset(&packet, 0, sizeof(packet));
	packet.record = idle_record();
	packet.record.time_ns = NSEC_PER_SEC;
}

/* The triggers that the packet fires `ms` after the one before. */
static __u32 after_ms(__u64 ms)
{
	packet.record.time_ns += ms * NSEC_PER_MSEC;
	return trigger__evaluate(&rules, offsets, &packet.record, state);
}

static void durations_have_a_unit(void **state_)
{
	static const struct {
		const char *text;
		__u64 ns;
	} good[] = {{"1us", 1000},
		    {"500ms", 500000000},
		    {"2s", 2000000000},
		    {"3m", 180000000000},
		    {"1h", 3600000000000}};
	static const char *const bad[] = {"",	 "5",	"s",	"0s",	 "1.5s",	 "-1s",
					  " 1s", "1 s", "1sec", "1001h", "99999999999us"};
	__u64 ns;

	(void)state_;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_true(duration__parse(good[i].text, strlen(good[i].text), &ns));
		assert_int_equal(ns, good[i].ns);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(duration__parse(bad[i], strlen(bad[i]), &ns));
}

static void a_list_names_each_trigger_once(void **state_)
{
	static const char *const bad[] = {"",
					  "rto,",
					  ",rto",
					  "rtos",
					  "rto:1",
					  "stall",
					  "stall:",
					  "stall:5",
					  "retransmits",
					  "retransmits:3",
					  "srtt",
					  "srtt:1x",
					  "srtt:x",
					  "retransmits:1/1s",
					  "retransmits:65/1s",
					  "cwnd",
					  "cwnd:0",
					  "cwnd:10x",
					  "retransmits:3/",
					  "cwnd:5000000000",
					  "rto,rto",
					  "srtt:2x,srtt:3x",
					  "rto recovery",
					  "recovery:",
					  "rst,stall:1s,stall:2s"};

	(void)state_;
	assert_int_equal(
		trigger_rules__parse("rto,retransmit,retransmits:3/1s,recovery,zero-window,"
				     "stall:2s,rst,srtt:200ms,srtt:5x,cwnd:4,ctl",
				     &rules),
		0);
	assert_int_equal(rules.kinds, (1U << TRIGGER_KINDS) - 1);
	assert_int_equal(rules.retransmits, 3);
	assert_int_equal(rules.within_ns, NSEC_PER_SEC);
	assert_int_equal(rules.stall_ns, 2 * NSEC_PER_SEC);
	assert_int_equal(rules.srtt_us, 200000);
	assert_int_equal(rules.srtt_ratio, 5);
	assert_int_equal(rules.cwnd, 4);
	assert_int_equal(trigger_rules__groups(&rules),
			 SIFTR_GROUP_BIT(loss) | SIFTR_GROUP_BIT(packet) | SIFTR_GROUP_BIT(rtt));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(trigger_rules__parse(bad[i], &rules), -EINVAL);
	assert_int_equal(trigger_rules__parse("recovery,stall:1s,cwnd:4", &rules), 0);
	assert_int_equal(trigger_rules__groups(&rules), 0);
}

static void every_trigger_has_a_name_that_fits_the_log(void **state_)
{
	(void)state_;
	for (int kind = 0; kind < TRIGGER_KINDS; kind++)
		assert_in_range(strlen(trigger_names__first(1U << kind)), 1, SIFTR_TEXT_MAX);
	assert_string_equal(trigger_names__first(TRIGGER_BIT(RTO) | TRIGGER_BIT(STALL)), "rto");
}

static void a_condition_fires_when_it_begins(void **state_)
{
	(void)state_;
	begin("recovery,zero-window,srtt:200ms,cwnd:4");
	assert_int_equal(after_ms(1), 0);
	packet.record.ca_state = 3;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RECOVERY));
	assert_int_equal(after_ms(1), 0);
	packet.record.ca_state = 0;
	packet.record.snd_wnd = 0;
	assert_int_equal(after_ms(1), TRIGGER_BIT(ZERO_WINDOW));
	packet.record.snd_wnd = 1000;
	packet.record.rcv_wnd = 0;
	assert_int_equal(after_ms(1), 0);
	packet.record.rcv_wnd = 1000;
	packet.record.srtt_us = 200000 * 8;
	assert_int_equal(after_ms(1), 0);
	packet.record.srtt_us = 200001 * 8;
	packet.record.snd_cwnd = 3;
	assert_int_equal(after_ms(1), TRIGGER_BIT(SRTT) | TRIGGER_BIT(CWND));
	assert_int_equal(after_ms(1), 0);
	packet.record.snd_cwnd = 4;
	assert_int_equal(after_ms(1), 0);
	packet.record.snd_cwnd = 3;
	assert_int_equal(after_ms(1), TRIGGER_BIT(CWND));
}

static void a_window_that_is_small_from_the_beginning_has_not_fallen(void **state_)
{
	(void)state_;
	begin("cwnd:20,recovery");
	packet.record.ca_state = 3;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RECOVERY));
	assert_int_equal(after_ms(1), 0);
}

static void timeouts_and_retransmissions_fire_each_time(void **state_)
{
	(void)state_;
	begin("rto,retransmit");
	GROUP_OF(loss)->total_retrans = 5;
	assert_int_equal(after_ms(1), 0);
	assert_int_equal(after_ms(1), 0);
	GROUP_OF(loss)->total_retrans = 6;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RETRANSMIT));
	assert_int_equal(after_ms(1), 0);
	GROUP_OF(loss)->icsk_retransmits = 1;
	GROUP_OF(loss)->total_retrans = 7;
	packet.record.ca_state = 4;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RTO) | TRIGGER_BIT(RETRANSMIT));
	assert_int_equal(after_ms(1), 0);
	GROUP_OF(loss)->icsk_retransmits = 2;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RTO));
	GROUP_OF(loss)->icsk_retransmits = 0;
	assert_int_equal(after_ms(1), 0);
}

static void several_retransmissions_fire_if_they_are_close(void **state_)
{
	(void)state_;
	begin("retransmits:3/1s");
	assert_int_equal(after_ms(1), 0);
	for (int i = 1; i <= 6; i++) {
		GROUP_OF(loss)->total_retrans++;
		assert_int_equal(after_ms(501), 0);
	}
	GROUP_OF(loss)->total_retrans++;
	assert_int_equal(after_ms(499), TRIGGER_BIT(RETRANSMITS));
	begin("retransmits:3/1s");
	assert_int_equal(after_ms(1), 0);
	GROUP_OF(loss)->total_retrans += 3;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RETRANSMITS));
}

static void a_stall_is_data_without_acknowledgement(void **state_)
{
	(void)state_;
	begin("stall:1s");
	assert_int_equal(after_ms(1), 0);
	/* An idle connection does not stall, however long it is idle. */
	assert_int_equal(after_ms(60000), 0);
	packet.record.write_seq += 3000;
	assert_int_equal(after_ms(60000), 0);
	assert_int_equal(after_ms(999), 0);
	packet.record.snd_una += 1000;
	assert_int_equal(after_ms(1), 0);
	assert_int_equal(after_ms(999), 0);
	assert_int_equal(after_ms(1), TRIGGER_BIT(STALL));
	assert_int_equal(after_ms(5000), 0);
	packet.record.snd_una = packet.record.write_seq;
	assert_int_equal(after_ms(1), 0);
}

/* As it may be where the clocks of processors differ, see siftr-bpf(5), TIME AND ORDER. */
static void time_may_step_back(void **state_)
{
	(void)state_;
	begin("stall:1s,retransmits:2/1s");
	packet.record.write_seq += 3000;
	assert_int_equal(after_ms(1), 0);
	packet.record.time_ns--;
	assert_int_equal(after_ms(0), 0);
	GROUP_OF(loss)->total_retrans++;
	assert_int_equal(after_ms(10), 0);
	packet.record.time_ns -= 2 * NSEC_PER_MSEC;
	GROUP_OF(loss)->total_retrans++;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RETRANSMITS));
}

static void resets_and_ratios_need_known_fields(void **state_)
{
	const __u32 flags_known = 1U << (SIFTR_FIELD_tcp_flags - SIFTR_FIRST_packet);
	const __u32 rtt_known = 1U << (SIFTR_FIELD_min_rtt - SIFTR_FIRST_rtt);

	(void)state_;
	begin("rst,srtt:5x");
	GROUP_OF(packet)->tcp_flags = 4;
	GROUP_OF(rtt)->min_rtt = 100;
	packet.record.srtt_us = 501 * 8;
	assert_int_equal(after_ms(1), 0);
	GROUP_OF(packet)->known = flags_known;
	assert_int_equal(after_ms(1), TRIGGER_BIT(RST));
	GROUP_OF(packet)->tcp_flags = 16;
	GROUP_OF(rtt)->known = rtt_known;
	assert_int_equal(after_ms(1), TRIGGER_BIT(SRTT_RATIO));
	packet.record.srtt_us = 500 * 8;
	assert_int_equal(after_ms(1), 0);
}

static int free_state(void **state_)
{
	(void)state_;
	free(state);
	state = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_have_a_unit),
		cmocka_unit_test(a_list_names_each_trigger_once),
		cmocka_unit_test(every_trigger_has_a_name_that_fits_the_log),
		cmocka_unit_test(a_condition_fires_when_it_begins),
		cmocka_unit_test(a_window_that_is_small_from_the_beginning_has_not_fallen),
		cmocka_unit_test(timeouts_and_retransmissions_fire_each_time),
		cmocka_unit_test(several_retransmissions_fire_if_they_are_close),
		cmocka_unit_test(a_stall_is_data_without_acknowledgement),
		cmocka_unit_test(time_may_step_back),
		cmocka_unit_test(resets_and_ratios_need_known_fields),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, free_state);
}
