// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf why`: where the time of each connection went, as sender and as receiver, and in up to
 * three sentences what made it slow.
 */
#include <stdio.h>
#include <siftr/array_size.h>

#include "analyse/sentences.h"
#include "analyse/verdict.h"
#include "commands/analyse_logs.h"
#include "commands/commands.h"
#include "commands/flow_columns.h"
#include "commands/why_events.h"
#include "report/human.h"
#include "report/report.h"
#include "report/text.h"

#define SENTENCES_PRINTED 3

/* The kernel's sums count in ticks: a difference up to this, or 2 %, is none. */
#define TICKS_US 20000

static void print_end(const struct flow_analysis *flow, const __u64 address[2], __u16 port)
{
	char text[64];

	flow_columns__address(&flow->key, address, text);
	printf(flow->key.family == 4 ? "%s:%u" : "[%s]:%u", text, port);
}

/* "10.0.0.1:40000 > 10.0.0.2:80, flow 7, curl, cubic: 2.087s from 1700000000.001000" */
static void print_title(const struct flow_analysis *flow)
{
	char time[HUMAN_BYTES], moment[HUMAN_BYTES];

	print_end(flow, flow->key.laddr, flow->key.lport);
	fputs(" > ", stdout);
	print_end(flow, flow->key.faddr, flow->key.fport);
	printf(", flow %u", flow->flowid);
	if (*flow->comm)
		fputs(", ", stdout);
	text__print(stdout, flow->comm);
	if (*flow->cc)
		fputs(", ", stdout);
	text__print(stdout, flow->cc);
	printf(": %s from %s\n", human__time(time, flow->ledger.duration_us),
	       human__moment(moment, flow->begin_us));
}

static void print_part(const struct flow_analysis *flow, const char **role, const char *limit,
		       __u64 us)
{
	char time[HUMAN_BYTES];

	if (!us)
		return;
	printf("  %-12s %-17s %5.1f %%  %s\n", *role, limit,
	       100.0 * (double)us / (double)flow->ledger.duration_us, human__time(time, us));
	*role = "";
}

/* The parts of the time that are not 0. Their sum is the duration. */
static void print_ledger(const struct flow_analysis *flow)
{
	const char *role = "as sender";

	for (int limit = 0; limit < SEND_LIMITS; limit++)
		print_part(flow, &role, send_limits[limit].text,
			   ledger__send_us(&flow->ledger, limit));
	role = "as receiver";
	for (int limit = 0; limit < RECEIVE_LIMITS; limit++)
		print_part(flow, &role, receive_limits[limit].text, flow->ledger.receive_us[limit]);
}

/*
 * Compares what waited by the rows with the kernel's own sum, which is the judge. The ledger counts
 * a part of it for limits of which the kernel's sums know nothing, as the wait for a timeout.
 */
static void print_chrono(const struct flow_analysis *flow, const char *what, int sum, __u64 waited,
			 __u64 ledger)
{
	const struct evidence *evidence = &flow->evidence;
	__u64 kernel = evidence->last_us[sum] - evidence->first_us[sum];
	__u64 off = kernel > waited ? kernel - waited : waited - kernel;
	char text[HUMAN_BYTES];

	if (!kernel && !waited)
		return;
	printf("  %s by the kernel's own count: %s", what, human__time(text, kernel));
	printf(", here %s", human__time(text, waited));
	if (waited > ledger)
		printf(", %s of it under other limits", human__time(text, waited - ledger));
	puts(off > TICKS_US && off * 50 > kernel ? ": they disagree" : "");
}

/* How segments came to be sent again, and how many of them the peer had. */
static void print_sent_again(const struct flow_analysis *flow)
{
	static const struct {
		enum flow_number number;
		const char *text;
	} parts[] = {
		{FLOW_retransmitted_fast, "in recovery"},
		{FLOW_retransmitted_by_timeout, "by timeouts"},
		{FLOW_retransmitted_after_timeout, "after timeouts"},
		{FLOW_retransmitted_by_probe, "by tail loss probes"},
		{FLOW_retransmitted_in_vain, "not needed"},
	};
	const char *lead = "  Sent again: ";
	__u64 segments;

	for (unsigned int i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!flow_analysis__number(flow, parts[i].number, &segments) || !segments)
			continue;
		printf("%s%llu %s", lead, segments, parts[i].text);
		lead = ", ";
	}
	if (*lead == ',')
		putchar('\n');
}

static void print_findings(const struct flow_analysis *flow)
{
	struct sentences sentences;

	verdict__find(&sentences, flow);
	for (unsigned int i = 0; i < sentences.count && i < SENTENCES_PRINTED; i++) {
		printf("  %u. ", i + 1);
		text__print(stdout, sentences.of[i].text);
		putchar('\n');
	}
	if (!sentences.count)
		puts("  Nothing that this log shows held it up.");
}

static void print_lacking(const struct flow_analysis *flow)
{
	char text[FLOW_LACKING_BYTES], time[HUMAN_BYTES];

	if (*flow_columns__lacking(flow, text))
		printf("  For lack of %s, %s could not be decided or divided further.\n", text,
		       human__time(time, flow->ledger.lacking_us));
	if (!(flow->known & PART_LOSS))
		puts("  For lack of loss, tail loss probes are not seen, and timeouts only by the "
		     "window of one segment.");
	if (!(flow->known & PART_ORDER))
		puts("  For lack of order and packet, packets without a line are not seen.");
}

static void print_flow(const struct flow_analysis *flow, bool with_events)
{
	print_title(flow);
	if (flow->ledger.duration_us) {
		print_ledger(flow);
		print_findings(flow);
	} else {
		puts("  One moment is too little to say anything.");
	}
	if (flow->evidence.has_chrono) {
		print_chrono(flow, "Peer's window", 1, flow->ledger.window_us,
			     ledger__send_us(&flow->ledger, SEND_receive_window) +
				     ledger__send_us(&flow->ledger, SEND_zero_window));
		print_chrono(flow, "Send buffer", 2, flow->ledger.buffer_us,
			     ledger__send_us(&flow->ledger, SEND_send_buffer));
	}
	print_sent_again(flow);
	print_lacking(flow);
	if (with_events)
		why_events__print(flow);
}

int command_why(const struct options *options)
{
	struct analysis *analysis;
	int status = analyse_logs(options, &analysis);
	size_t count = analysis ? analysis__count(analysis) : 0;

	if (options->top && count > options->top)
		count = options->top;
	for (size_t i = 0; i < count; i++) {
		if (i)
			putchar('\n');
		print_flow(analysis__at(analysis, i), options->events);
	}
	if (analysis && !count && status == EXIT_CLEAN)
		report_notice("no connection of the logs was chosen");
	analysis__free(analysis);
	return report_flush() ? EXIT_OUTPUT : status;
}
