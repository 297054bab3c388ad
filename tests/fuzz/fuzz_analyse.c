// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any bytes as a log to analyse. As sender and as receiver, the parts of each
 * flow's time must add up to its duration; what `why` and `flows` say of it is worked out as well.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyse/analysis.h"
#include "analyse/flow_pairs.h"
#include "analyse/sentences.h"
#include "analyse/summary.h"
#include "analyse/verdict.h"
#include "commands/flow_notes.h"
#include "read/row_reader.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

static void must(int condition)
{
	if (!condition)
		abort();
}

static void ignore(void *context, const struct diagnostic *defect)
{
	(void)context;
	(void)defect;
}

static __u64 microseconds(struct siftr_time time)
{
	return time.seconds * USEC_PER_SEC + time.microseconds;
}

static void take_event(struct analysis *analysis, const struct row_event *event)
{
	if (event->kind == ROW_EVENT_START)
		analysis__begin_run(analysis, microseconds(event->start.values.enabled));
	else if (event->kind == ROW_EVENT_ROWS)
		must(analysis__add(analysis, event->rows.first, event->rows.count) == 0);
	else if (event->kind == ROW_EVENT_FOOTER)
		analysis__end_run(analysis, microseconds(event->footer.disabled));
}

static void read_log(struct analysis *analysis, int fd)
{
	const struct diagnostic_sink sink = {ignore, ignore, NULL};
	struct row_reader *reader;
	struct row_event event = {};

	analysis__begin_log(analysis);
	if (row_reader__open(fd, &sink, &reader) == 0 &&
	    dialect__is_readable(row_reader__dialect(reader)))
		while (row_reader__next(reader, &event) == 0 && event.kind != ROW_EVENT_END)
			take_event(analysis, &event);
	row_reader__close(reader);
}

static void check_texts(const struct sentences *sentences)
{
	must(sentences->count <= SENTENCES_MAX);
	for (unsigned int i = 0; i < sentences->count; i++)
		must(strnlen(sentences->of[i].text, sizeof(sentences->of[i].text)) <
		     sizeof(sentences->of[i].text) - 1);
}

static void check_flow(const struct flow_analysis *flow)
{
	__u64 sent = 0, received = 0, value;
	struct sentences sentences;

	for (int limit = 0; limit < SEND_LIMITS; limit++)
		sent += ledger__send_us(&flow->ledger, limit);
	for (int limit = 0; limit < RECEIVE_LIMITS; limit++)
		received += flow->ledger.receive_us[limit];
	must(sent == flow->ledger.duration_us && received == flow->ledger.duration_us);
	for (int number = 0; number < FLOW_NUMBERS; number++)
		flow_analysis__number(flow, number, &value);
	verdict__find(&sentences, flow);
	check_texts(&sentences);
	flow_notes__find(&sentences, flow);
	check_texts(&sentences);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	static const struct flow_filter all;
	struct analysis *analysis = analysis__new(&all, true);
	int fd = memfd_create("log", MFD_CLOEXEC);

	must(analysis && fd >= 0 && write(fd, data, bytes) == (ssize_t)bytes);
	/* Twice, as two logs are read. */
	for (int log = 0; log < 2; log++) {
		must(lseek(fd, 0, SEEK_SET) == 0);
		read_log(analysis, fd);
	}
	analysis__end(analysis);
	for (size_t i = 0; i < analysis__count(analysis); i++)
		check_flow(analysis__at(analysis, i));
	analysis__free(analysis);
	close(fd);
	return 0;
}
