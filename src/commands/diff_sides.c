// SPDX-License-Identifier: BSD-2-Clause
#include "commands/diff_sides.h"

#include <errno.h>
#include <string.h>
#include <siftr/array_size.h>

#include "analyse/analysis.h"
#include "analyse/flow_state.h"
#include "commands/analyse_logs.h"
#include "report/report.h"

/* The word between two sets of logs. A log of that name is written ./vs */
#define SEPARATOR "vs"

/* What is read from which fields; those that a row may lack by itself are left out. */
static const struct {
	__u32 part;
	const char *fields;
} part_fields[] = {
	{PART_QUEUE, "snd_buf_cc,sent_inflight_bytes"},
	{PART_WINDOW, "snd_wnd"},
	{PART_CWND, "snd_cwnd,snd_ssthresh,max_seg_size"},
	{PART_FLAGS, "t_flags"},
	{PART_STATE, "conn_state"},
	{PART_RECEIVER, "rcv_wnd,rcv_buf_cc,rcv_buf_hiwater,t_segqlen"},
	{PART_LOSS, "ca_state,icsk_retransmits"},
	{PART_PIPE, "packets_out,sacked_out,lost_out,retrans_out"},
	{PART_RATE, "pacing_status,chrono_type,is_cwnd_limited"},
	{PART_ORDER, "segs_out,gso_segs"},
	{PART_ACKED, "bytes_acked"},
	{PART_PAYLOAD, "payload_len"},
	{PART_RTO, "rto"},
};

static int report_wrong_number(void)
{
	report_message("diff takes two logs, A and B, or two sets of logs with the word " SEPARATOR
		       " between them: diff A1 A2 " SEPARATOR " B1 B2");
	return -EINVAL;
}

int diff_sides__split(struct diff_side sides[DIFF_SIDES], const struct options *options)
{
	int separator = -1, end = options->nr_files;

	for (int i = 0; i < end; i++) {
		if (strcmp(options->files[i], SEPARATOR) != 0)
			continue;
		if (separator >= 0)
			return report_wrong_number();
		separator = i;
	}
	if (separator < 0 && end != 2)
		return report_wrong_number();
	sides[DIFF_A].files = options->files;
	sides[DIFF_A].nr_files = separator < 0 ? 1 : separator;
	sides[DIFF_B].nr_files = separator < 0 ? 1 : end - separator - 1;
	sides[DIFF_B].files = options->files + end - sides[DIFF_B].nr_files;
	return sides[DIFF_A].nr_files && sides[DIFF_B].nr_files ? 0 : report_wrong_number();
}

int diff_sides__read(struct diff_side sides[DIFF_SIDES], const struct options *options)
{
	int worst = EXIT_CLEAN;

	for (int side = 0; side < DIFF_SIDES; side++) {
		struct options of_side = *options;
		int status;

		of_side.files = sides[side].files;
		of_side.nr_files = sides[side].nr_files;
		status = analyse_logs(&of_side, &sides[side].analysis);
		if (status > worst)
			worst = status;
	}
	return worst;
}

const char *diff_sides__name(int side)
{
	return side == DIFF_A ? "A" : "B";
}

const char *diff_sides__lacking(const struct comparison *all, int side, unsigned int number)
{
	__u32 lacking = all->of[!side].parts & ~all->of[side].parts;

	if (!all->of[DIFF_A].value[SUMMARY_flows] || !all->of[DIFF_B].value[SUMMARY_flows])
		return NULL;
	for (unsigned int i = 0; i < ARRAY_SIZE(part_fields); i++)
		if (lacking & part_fields[i].part && !number--)
			return part_fields[i].fields;
	return NULL;
}
