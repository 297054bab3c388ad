// SPDX-License-Identifier: BSD-2-Clause
#include "commands/report_logs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "options/options.h"
#include "page/page_text.h"
#include "read/row_event.h"

#define RUNS_AT_FIRST 8

/* "Linux 6.1.0", or what the log has instead of a version. */
static void name_system(struct report_run *run, const struct row_event *event)
{
	const struct format_start *start = &event->start.values;
	__u32 version = start->sysver;

	if (start->kernel)
		snprintf(run->system, sizeof(run->system), "%s", start->kernel);
	else if (!strcmp(event->start.sysname, "Linux"))
		snprintf(run->system, sizeof(run->system), "%s %u.%u.%u", event->start.sysname,
			 version / 1000000, version / 1000 % 1000, version % 1000);
	else
		snprintf(run->system, sizeof(run->system), "%s %u", event->start.sysname, version);
}

static int begin_run(struct report_logs *logs, int file, const struct row_event *event)
{
	size_t room = logs->room ? logs->room : RUNS_AT_FIRST;
	struct report_run *run;

	if (logs->count == logs->room) {
		room *= 2;
		run = realloc(logs->runs, room * sizeof(*run));
		if (!run)
			return -ENOMEM;
		logs->runs = run;
		logs->room = room;
	}
	run = &logs->runs[logs->count++];
	*run = (struct report_run){.file = file, .enabled = event->start.values.enabled};
	name_system(run, event);
	return 0;
}

int report_logs__add(struct report_logs *logs, int file, const struct row_event *event)
{
	struct report_run *run = logs->count ? &logs->runs[logs->count - 1] : NULL;

	/* A table has no header: what its reader gives instead says so. */
	if (event->kind == ROW_EVENT_START && !strcmp(event->start.sysname, "unknown"))
		return 0;
	if (event->kind == ROW_EVENT_START)
		return begin_run(logs, file, event);
	if (!run || run->file != file || run->has_footer)
		return 0;
	run->has_footer = true;
	run->disabled = event->footer.disabled;
	run->totals = event->footer.totals;
	return 0;
}

static void write_pair(FILE *stream, const char *name, const __u64 counts[SIFTR_DIRECTIONS])
{
	fprintf(stream, ",\"%s\":[%llu,%llu]", name, counts[SIFTR_IN], counts[SIFTR_OUT]);
}

static void write_run(FILE *stream, const struct report_run *run)
{
	fprintf(stream, "{\"begin\":%llu.%06u,\"system\":", run->enabled.seconds,
		run->enabled.microseconds);
	page_text__json(stream, run->system);
	if (run->has_footer) {
		fprintf(stream, ",\"end\":%llu.%06u", run->disabled.seconds,
			run->disabled.microseconds);
		write_pair(stream, "packets", run->totals.packets);
		write_pair(stream, "skipped_malloc", run->totals.skipped_malloc);
		write_pair(stream, "skipped_tcpcb", run->totals.skipped_tcpcb);
		write_pair(stream, "skipped_inpcb", run->totals.skipped_inpcb);
	}
	fputc('}', stream);
}

void report_logs__json(FILE *stream, const struct report_logs *logs, const struct options *options,
		       const int statuses[])
{
	size_t run = 0;

	fputc('[', stream);
	for (int file = 0; file < options->nr_files; file++) {
		const char *separator = "";

		fprintf(stream, "%s{\"file\":", file ? "," : "");
		page_text__json(stream, options->files[file]);
		fprintf(stream, ",\"status\":%d,\"runs\":[", statuses[file]);
		for (; run < logs->count && logs->runs[run].file == file; run++) {
			fputs(separator, stream);
			write_run(stream, &logs->runs[run]);
			separator = ",";
		}
		fputs("]}", stream);
	}
	fputc(']', stream);
}

void report_logs__free(struct report_logs *logs)
{
	free(logs->runs);
	*logs = (struct report_logs){};
}
