// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf why`: where the time of each connection went, as sender and as receiver, and in up to
 * three sentences what made it slow.
 */
#include <string.h>
#include <siftr/array_size.h>

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
#include "report/line_width.h"
#include "report/report.h"
#include "report/text_buffer.h"
#include "report/wrapped_text.h"

#define SENTENCES_PRINTED 3
/* Enough for a title: the parts between its names have less than 64 bytes. */
#define TITLE_BYTES                                                   \
	(2 * FLOW_END_BYTES + sizeof((struct flow_analysis){}.comm) + \
	 sizeof((struct flow_analysis){}.cc) + HUMAN_BYTES + CLOCK_TIME_BYTES + 64)

/* Where the text of a flow goes. */
static struct text_buffer out;

/* Prints texts, of which NULL is the last. */
static void print_parts(const char *const parts[])
{
	for (; *parts; parts++)
		text_buffer__add(&out, *parts);
}

/*
 * Adds a text and a line end. `printed` columns of its line are there already; `indent` and `width`
 * are those of wrapped_text__print().
 */
static void add_wrapped(const char *text, int printed, int indent, int width)
{
	if (width) {
		text_buffer__flush(&out);
		wrapped_text__print(stdout, text, printed, indent, width);
		return;
	}
	text_buffer__add_printable(&out, text);
	text_buffer__add(&out, "\n");
}

/* "10.0.0.1:40000 > 10.0.0.2:80, flow 7, curl: 2.087s from 2023-11-14 22:13:20.001000 UTC" */
static void print_title(const struct flow_analysis *flow, int width)
{
	const struct siftr_flow_key *key = &flow->key;
	char time[HUMAN_BYTES], moment[CLOCK_TIME_BYTES], flowid[DECIMAL_U32_MAX + 1];
	char local[FLOW_END_BYTES], foreign[FLOW_END_BYTES], title[TITLE_BYTES];
	const char *const parts[] = {
		flow_end__text(key, key->laddr, key->lport, local),
		" > ",
		flow_end__text(key, key->faddr, key->fport, foreign),
		", flow ",
		flowid,
		*flow->comm ? ", " : "",
		flow->comm,
		*flow->cc ? ", " : "",
		flow->cc,
		": ",
		human__time(time, flow->ledger.duration_us),
		" from ",
		clock_time__full(moment, flow->begin_us),
		clock_time__zone(flow->begin_us),
	};
	char *end = title;

	*decimal__u32(flowid, flow->flowid) = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		end = stpcpy(end, parts[i]);
	add_wrapped(title, 0, 4, width);
}

static void print_part(const struct flow_analysis *flow, const char **role, const char *limit,
		       __u64 us)
{
	char time[HUMAN_BYTES], share[HUMAN_BYTES];

	if (!us)
		return;
	*human__rounded(share, 100.0 * (double)us / (double)flow->ledger.duration_us, 1) = '\0';
	text_buffer__add(&out, "  ");
	text_buffer__add_aligned(&out, *role, -12);
	text_buffer__add(&out, " ");
	text_buffer__add_aligned(&out, limit, -17);
	text_buffer__add(&out, " ");
	text_buffer__add_aligned(&out, share, 5);
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

static void print_sentence(const char *number, const char *text, int width)
{
	int indent = (int)strlen(number);

	text_buffer__add(&out, number);
	add_wrapped(text, indent, indent, width);
}

/* What the log shows no cost of may have been left out for what it does. */
static void print_uncosted(const struct sentences *sentences, int width)
{
	for (unsigned int i = SENTENCES_PRINTED; i < sentences->count; i++)
		if (!sentences->of[i].us)
			print_sentence("  ", sentences->of[i].text, width);
}

static void print_findings(const struct flow_analysis *flow, int width)
{
	static const char *const numbers[SENTENCES_PRINTED] = {"  1. ", "  2. ", "  3. "};
	struct sentences sentences;

	verdict__find(&sentences, flow);
	for (unsigned int i = 0; i < sentences.count && i < SENTENCES_PRINTED; i++)
		print_sentence(numbers[i], sentences.of[i].text, width);
	print_uncosted(&sentences, width);
	if (!sentences.count)
		text_buffer__add(&out, "  Nothing that this log shows held it up.\n");
}

static void print_notes(const struct flow_analysis *flow, int width)
{
	struct sentences notes;

	flow_notes__find(&notes, flow);
	for (unsigned int i = 0; i < notes.count; i++)
		print_sentence("  ", notes.of[i].text, width);
}

/* `width` as wrapped_text__print() takes it. */
static void print_flow(const struct flow_analysis *flow, bool with_events, int width)
{
	print_title(flow, width);
	if (flow->ledger.duration_us) {
		print_ledger(flow);
		print_findings(flow, width);
	} else {
		text_buffer__add(&out, "  One moment is too little to say anything.\n");
	}
	print_notes(flow, width);
	if (with_events) {
		text_buffer__flush(&out);
		why_events__print(flow);
	}
}

int command_why(const struct options *options)
{
	struct analysis *analysis;
	int status = analyse_logs(options, &analysis), width = line_width__of_terminal();
	size_t count = analysis ? analysis__count(analysis) : 0;

	out.stream = stdout;
	if (options->top && count > options->top)
		count = options->top;
	for (size_t i = 0; i < count; i++) {
		if (i)
			text_buffer__add(&out, "\n");
		print_flow(analysis__at(analysis, i), options->events, width);
	}
	text_buffer__flush(&out);
	if (analysis && !count && status < EXIT_OUTPUT)
		status |= flow_choice__report_none(options, NULL, "", false);
	analysis__free(analysis);
	return report_flush() ? EXIT_OUTPUT : status;
}
