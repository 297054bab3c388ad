// SPDX-License-Identifier: BSD-2-Clause
#include "commands/analyse_logs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <siftr/filter.h>

#include "commands/findings.h"
#include "commands/log_input.h"
#include "commands/log_rows.h"
#include "filter/filter_ports.h"
#include "options/options.h"
#include "report/plural.h"
#include "report/report.h"

static const struct log_rows_words words = {"name", "read", DIALECT_TO_ANALYSE};

static __u64 microseconds(struct siftr_time time)
{
	return time.seconds * USEC_PER_SEC + time.microseconds;
}

/* Reports packets that the trace saw and that have no line: flows may have gaps. */
static void report_skipped(const char *file, const struct format_totals *totals)
{
	__u64 skipped = 0;

	for (int i = 0; i < SIFTR_DIRECTIONS; i++)
		skipped += totals->skipped_malloc[i] + totals->skipped_tcpcb[i] +
			   totals->skipped_inpcb[i];
	if (skipped)
		report_notice("%s: %llu packet%s of the run %s no line, so flows may have gaps",
			      file, skipped, plural__ending(skipped),
			      skipped == 1 ? "has" : "have");
}

static int take_event(struct analysis *analysis, const char *file, const struct row_event *event)
{
	switch (event->kind) {
	case ROW_EVENT_START:
		analysis__begin_run(analysis, microseconds(event->start.values.enabled));
		return 0;
	case ROW_EVENT_ROWS:
		return analysis__add(analysis, event->rows.first, event->rows.count);
	case ROW_EVENT_FOOTER:
		analysis__end_run(analysis, microseconds(event->footer.disabled));
		report_skipped(file, &event->footer.totals);
		return 0;
	default:
		return 0;
	}
}

/* Returns an exit code. */
static int read_rows(struct analysis *analysis, const char *file, struct row_reader *reader,
		     const struct findings *findings)
{
	struct row_event event;
	int err;

	analysis__begin_log(analysis);
	do {
		err = row_reader__next(reader, &event);
		if (!err)
			err = take_event(analysis, file, &event);
	} while (!err && event.kind != ROW_EVENT_END);
	findings__print_rest(findings);
	if (!err)
		return log_rows__end(&words, file, reader, findings->defects);
	report_error(err, "read %s", file);
	return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
}

static int read_file(struct analysis *analysis, const char *file)
{
	struct findings findings = {.file = file};
	const struct diagnostic_sink sink = findings__sink(&findings);
	struct row_reader *reader;
	int fd = log_input__open(file), status;

	if (fd < 0)
		return EXIT_OUTPUT;
	status = log_rows__open(&words, file, fd, &sink, &reader);
	if (!status)
		status = read_rows(analysis, file, reader, &findings);
	row_reader__close(reader);
	log_input__close(fd);
	return status;
}

/* What the options choose. */
struct choice {
	const struct options *options;
	struct siftr_filter ports;
	struct in6_addr host; /* with options->host; IPv4 in the first four bytes */
	__u8 family;	      /* of that: 4 or 6 */
};

/* 0, or -EINVAL, reported. */
static int parse_host(struct choice *choice)
{
	const char *host = choice->options->host;

	if (!host)
		return 0;
	if (inet_pton(AF_INET, host, &choice->host) == 1)
		choice->family = 4;
	else if (inet_pton(AF_INET6, host, &choice->host) == 1)
		choice->family = 6;
	if (choice->family)
		return 0;
	report_message("--host takes an IPv4 or IPv6 address, not '%s'", host);
	return -EINVAL;
}

static bool has_address(const struct choice *choice, const struct siftr_flow_key *flow)
{
	return flow->family == choice->family &&
	       (!memcmp(flow->laddr, &choice->host, sizeof(choice->host)) ||
		!memcmp(flow->faddr, &choice->host, sizeof(choice->host)));
}

/* Whether the options choose the flow of the row. */
static bool takes(const void *context, const struct row *row)
{
	const struct choice *choice = context;
	const struct options *options = choice->options;

	if (!filter_ports__match(&choice->ports, row->flow->lport, row->flow->fport))
		return false;
	if (options->flow && row->flowid != options->flow)
		return false;
	return !options->host || has_address(choice, row->flow);
}

int analyse_logs(const struct options *options, struct analysis **analysis)
{
	static struct choice choice; /* static because it is large */
	const struct flow_filter filter = {takes, &choice};
	int worst = EXIT_CLEAN;

	*analysis = NULL;
	memset(&choice, 0, sizeof(choice));
	choice.options = options;
	filter_ports__fill(&options->filter, &choice.ports);
	if (parse_host(&choice))
		return EXIT_USAGE;
	*analysis = analysis__new(&filter, options->command == COMMAND_WHY);
	if (!*analysis) {
		report_error(-ENOMEM, "read logs");
		return EXIT_FAILED;
	}
	for (int i = 0; i < options->nr_files; i++) {
		int status = read_file(*analysis, options->files[i]);

		if (status > worst)
			worst = status;
	}
	analysis__end(*analysis);
	return worst;
}
