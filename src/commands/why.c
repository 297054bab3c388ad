// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf why`: where the time of each connection went, as sender and as receiver, and in up to
 * three sentences what made it slow.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/sentences.h"
#include "analyse/verdict.h"
#include "commands/analyse_logs.h"
#include "commands/commands.h"
#include "commands/flow_choice.h"
#include "commands/flow_notes.h"
#include "commands/why_events.h"
#include "format/decimal.h"
#include "format/flow_end.h"
#include "report/clock_time.h"
#include "report/human.h"
#include "report/report.h"
#include "report/text.h"

#define SENTENCES_PRINTED 3

/* Prints texts, of which NULL is the last. There may be 100,000 flows, and printf() is slow. */
static void print_parts(const char *const parts[])
{
	for (; *parts; parts++)
		fputs(*parts, stdout);
}

/* Prints as "%*s" does, in a field of that width, or of -width with the blanks after the text. */
static void print_aligned(const char *text, int width)
{
	int blanks = abs(width) - (int)strlen(text);

	if (width < 0)
		fputs(text, stdout);
	for (; blanks > 0; blanks--)
		putchar(' ');
	if (width > 0)
		fputs(text, stdout);
}

/* "10.0.0.1:40000 > 10.0.0.2:80, flow 7, curl: 2.087s from 2023-11-14 22:13:20.001000 UTC" */
static void print_title(const struct flow_analysis *flow)
{
	const struct siftr_flow_key *key = &flow->key;
	char time[HUMAN_BYTES], moment[CLOCK_TIME_BYTES], flowid[DECIMAL_U32_MAX + 1];
	char local[FLOW_END_BYTES], foreign[FLOW_END_BYTES];

	*decimal__u32(flowid, flow->flowid) = '\0';
	print_parts((const char *const[]){flow_end__text(key, key->laddr, key->lport, local), " > ",
					  flow_end__text(key, key->faddr, key->fport, foreign),
					  ", flow ", flowid, NULL});
	if (*flow->comm)
		fputs(", ", stdout);
	text__print(stdout, flow->comm);
	if (*flow->cc)
		fputs(", ", stdout);
	text__print(stdout, flow->cc);
	print_parts((const char *const[]){": ", human__time(time, flow->ledger.duration_us),
					  " from ", clock_time__full(moment, flow->begin_us),
					  " UTC\n", NULL});
}

static void print_part(const struct flow_analysis *flow, const char **role, const char *limit,
		       __u64 us)
{
	char time[HUMAN_BYTES], share[HUMAN_BYTES];

	if (!us)
		return;
	*human__rounded(share, 100.0 * (double)us / (double)flow->ledger.duration_us, 1) = '\0';
	fputs("  ", stdout);
	print_aligned(*role, -12);
	putchar(' ');
	print_aligned(limit, -17);
	putchar(' ');
	print_aligned(share, 5);
	print_parts((const char *const[]){" %  ", human__time(time, us), "\n", NULL});
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

/* What the log shows no cost of may have been left out for what it does. */
static void print_uncosted(const struct sentences *sentences)
{
	for (unsigned int i = SENTENCES_PRINTED; i < sentences->count; i++) {
		if (sentences->of[i].us)
			continue;
		fputs("  ", stdout);
		text__print(stdout, sentences->of[i].text);
		putchar('\n');
	}
}

static void print_findings(const struct flow_analysis *flow)
{
	struct sentences sentences;

	verdict__find(&sentences, flow);
	for (unsigned int i = 0; i < sentences.count && i < SENTENCES_PRINTED; i++) {
		print_parts((const char *const[]){"  ", (const char[]){(char)('1' + i), '\0'}, ". ",
						  NULL});
		text__print(stdout, sentences.of[i].text);
		putchar('\n');
	}
	print_uncosted(&sentences);
	if (!sentences.count)
		puts("  Nothing that this log shows held it up.");
}

static void print_notes(const struct flow_analysis *flow)
{
	struct sentences notes;

	flow_notes__find(&notes, flow);
	for (unsigned int i = 0; i < notes.count; i++)
		print_parts((const char *const[]){"  ", notes.of[i].text, "\n", NULL});
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
	print_notes(flow);
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
	if (analysis && !count && status < EXIT_OUTPUT)
		status |= flow_choice__report_none(options, NULL, "", false);
	analysis__free(analysis);
	return report_flush() ? EXIT_OUTPUT : status;
}
