// SPDX-License-Identifier: BSD-2-Clause
#include "commands/announce.h"

#include <stdio.h>
#include <string.h>

#include <siftr/time_units.h>

#include "capture/programs.h"
#include "commands/sampling.h"
#include "report/report.h"

#define WORDS_BYTES 256

static void announce(bool is_service, const char *text)
{
	if (is_service)
		report_notice("%s", text);
	else
		report_detail("%s", text);
}

/* Writes the filters as they were given; those that do not fit are left out. */
static void describe_filter(const struct filter_values *filter, char *words, size_t bytes)
{
	for (__u32 i = 0; i < filter->count; i++) {
		int used = snprintf(words, bytes, " --%s %s", filter__name(filter->of[i].kind),
				    filter->of[i].text);

		if (used < 0 || (size_t)used >= bytes)
			return;
		words += used;
		bytes -= used;
	}
}

static void describe_packets(const struct options *options, char words[WORDS_BYTES])
{
	const char *received = formats[options->format]->inbound_only ? "received " : "";
	size_t bytes;

	sampling__describe(options, received, words, WORDS_BYTES);
	bytes = strlen(words);
	if (options->bursts.period_ns)
		bytes += snprintf(words + bytes, WORDS_BYTES - bytes,
				  " of the first %.1f s of every %.1f s",
				  (double)options->bursts.on_ns / NSEC_PER_SEC,
				  (double)options->bursts.period_ns / NSEC_PER_SEC);
	if (options->filter.count) {
		bytes += snprintf(words + bytes, WORDS_BYTES - bytes, " selected by");
		describe_filter(&options->filter, words + bytes, WORDS_BYTES - bytes);
	} else {
		snprintf(words + bytes, WORDS_BYTES - bytes, " of all connections");
	}
}

/*
 * Reports the gap after a killed run: the time from its last write to the start of this run. It is
 * an upper bound, as the run was killed some time after its last write.
 */
static void announce_gap(const struct session *session)
{
	__u64 begin_ns = session->file.begun.seconds * NSEC_PER_SEC +
			 session->file.begun.microseconds * NSEC_PER_USEC;
	__u64 last_ns = session->aside.last_ns;

	report_notice("the run before was killed: nothing was traced for %.1f s at most; its log "
		      "is %s now, which siftr-bpf repair completes",
		      begin_ns > last_ns ? (double)(begin_ns - last_ns) / NSEC_PER_SEC : 0.0,
		      session->aside.path);
}

void announce__start(const struct session *session, const struct options *options, bool is_service)
{
	const struct programs *programs = tracer__programs(session->tracer);
	char packets[WORDS_BYTES], text[2 * WORDS_BYTES];

	if (session->aside.path[0])
		announce_gap(session);
	describe_packets(options, packets);
	snprintf(text, sizeof(text), "tracing %s, hooks attached by %s; the log is %.128s", packets,
		 attach_way__type_name(programs__attach_type(programs)), session->output.name);
	announce(is_service, text);
}

void announce__reload(const struct session *session, bool is_service)
{
	char text[WORDS_BYTES];

	/* No message if the next file could not be opened: that has been reported. */
	if (session->rotation.next_wanted)
		return;
	snprintf(text, sizeof(text), "reloaded: another file of the log began in %.128s",
		 session->output.name);
	announce(is_service, text);
}
