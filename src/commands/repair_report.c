// SPDX-License-Identifier: BSD-2-Clause
/* What was repaired is printed on stdout, what is unknown or failed on stderr. */
#include "commands/repair_report.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "read/dialect_report.h"
#include "options/options.h"
#include "report/plural.h"
#include "report/report.h"
#include "report/text.h"

#define LOCATION_BYTES (PATH_MAX + 24)

/* Formats "FILE:LINE", which begins each message about a run. */
static void print_location(const char *file, __u64 line, char location[LOCATION_BYTES])
{
	snprintf(location, LOCATION_BYTES, "%s:%llu", file, line);
}

static void print_run(const char *file, const char *location, const struct plan_run *run)
{
	if (!run->line) {
		text__print(stdout, file);
		printf(": a truncated header of %llu byte%s cut off\n", run->truncated_bytes,
		       plural__ending(run->truncated_bytes));
		return;
	}
	text__print(stdout, location);
	printf(": footer %s: %llu line%s, %llu flow%s, ",
	       run->counts_from_footer ? "completed" : "written", run->lines,
	       plural__ending(run->lines), run->flows, plural__ending(run->flows));
	if (run->counts_from_footer)
		puts("with the counts it had");
	else if (run->checkpoint_state == CHECKPOINT_GOOD)
		printf("from the checkpoint of %llu.%06u\n", run->checkpoint_time.seconds,
		       run->checkpoint_time.microseconds);
	else
		puts("from the lines alone");
}

/*
 * Reports what was cut off, which counts of the new footer are not known, and where the others come
 * from.
 */
static void report_unknown(const char *location, const struct plan_run *run)
{
	const char *why = run->checkpoint_state == CHECKPOINT_DAMAGED ? "the checkpoint is damaged"
								      : "no checkpoint";

	if (run->truncated_bytes)
		report_notice("%s: %llu byte%s of a truncated line cut off", location,
			      run->truncated_bytes, plural__ending(run->truncated_bytes));
	if (run->lost_records)
		report_notice("%s: %llu packet%s had been seen and got no line: counted as "
			      "skipped (malloc)",
			      location, run->lost_records, plural__ending(run->lost_records));
	if (run->later_lines)
		report_notice("%s: %llu packet%s came after the checkpoint: counted by their "
			      "lines",
			      location, run->later_lines, plural__ending(run->later_lines));
	if (run->flows_missing)
		report_notice("%s: %llu flow%s without a line %s missing from the flow list",
			      location, run->flows_missing, plural__ending(run->flows_missing),
			      run->flows_missing == 1 ? "is" : "are");
	if (run->counts_from_footer && run->checkpoint_state != CHECKPOINT_GOOD)
		report_notice("%s: %s: not known: flows without a line", location, why);
	else if (run->checkpoint_state == CHECKPOINT_GOOD && !run->counts_from_footer)
		report_notice("%s: not known: packets of the last moment that got no line",
			      location);
	else if (!run->counts_from_footer)
		report_notice("%s: %s: not known, and counted as none: packets and flows "
			      "without a line",
			      location, why);
}

/*
 * Reports a line that prevents the repair. Its run may be of another dialect than the first run of
 * the file, so the dialect is detected again.
 */
static void report_malformed_line(const char *file, int fd, const struct plan *plan)
{
	char text[DIALECT_BYTES], location[LOCATION_BYTES], is[DIALECT_IS_BYTES];
	ssize_t bytes = pread(fd, text, sizeof(text), (off_t)plan->malformed_run);
	struct dialect dialect = dialect__of(text, bytes > 0 ? (size_t)bytes : 0);

	print_location(file, plan->malformed_line, location);
	if (plan->malformed_line <= 1)
		dialect_report__error(&dialect, file, DIALECT_TO_REPAIR);
	else if (!dialect__is_supported(&dialect))
		report_message("%s: the run of this line %s: nothing was changed", location,
			       dialect_report__describe(&dialect, is));
	else
		report_message("%s: this line of a run without a footer is not as siftr-bpf "
			       "writes it: nothing was changed; correct or remove it, see "
			       "siftr-bpf check",
			       location);
}

int repair_report__error(const char *file, int fd, const struct plan *plan, int err)
{
	if (err == -EBADF && plan->rejected_state == CHECKPOINT_FOREIGN)
		report_message("%s: the checkpoint %s has another owner than the log: if it is not "
			       "yours, move it away",
			       file, plan->rejected_checkpoint);
	else if (err == -EBADF)
		report_message("%s: the checkpoint %s is of another file: repair that one, or move "
			       "the checkpoint away",
			       file, plan->rejected_checkpoint);
	else if (err == -EBADMSG)
		report_malformed_line(file, fd, plan);
	else
		report_error(err, "look through %s", file);
	return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
}

static void print_runs(const char *file, const struct plan *plan)
{
	char location[LOCATION_BYTES];

	for (size_t i = 0; i < plan->nr_runs; i++) {
		const struct plan_run *run = &plan->runs[i];

		print_location(file, run->line, location);
		if (run->line)
			report_unknown(location, run);
		print_run(file, location, run);
	}
	if (!plan->more_runs)
		return;
	text__print(stdout, file);
	printf(": %llu more footer%s written\n", plan->more_runs, plural__ending(plan->more_runs));
}

int repair_report__done(const char *file, const struct plan *plan)
{
	print_runs(file, plan);
	if (!plan->nr_runs && !plan->defects && !plan->empty) {
		text__print(stdout, file);
		puts(": complete, nothing to repair");
	}
	report_flush();
	if (plan->empty)
		report_message("%s is empty: there is no run in it", file);
	if (plan->defects)
		report_message(
			"%s: %llu defect%s left that repair cannot correct: see siftr-bpf check",
			file, plan->defects, plural__ending(plan->defects));
	return plan->defects || plan->empty ? EXIT_FAILED : EXIT_CLEAN;
}
