// SPDX-License-Identifier: BSD-2-Clause
#include "commands/final_accounting.h"

#include "commands/run_facts.h"
#include "report/report.h"

int final_accounting__finish(const struct run *run, const struct options *options)
{
	const struct session *session = &run->session;
	struct accounting accounting;
	__u64 lost;

	run_counts__read(&session->counts, &accounting);
	run_counts__add_programs(tracer__programs(session->tracer), &accounting);
	accounting.unobserved_ns = tracer__unobserved_ns(session->tracer);
	accounting.marks = &run->marks;
	if (report_level() >= REPORT_NORMAL)
		accounting__print(&accounting, report_stream());
	if (run_facts__end(&session->paths, run->manifest, &accounting))
		return EXIT_FAILED;
	if (accounting__unexplained(&accounting)) {
		report_message("the packet accounting does not balance; please report this");
		return EXIT_FAILED;
	}
	lost = accounting__lost(&accounting) + accounting__missed(&accounting);
	if (options->strict && lost) {
		report_message("%llu packet%s lost or missed, and --strict asks for none", lost,
			       lost == 1 ? " was" : "s were");
		return EXIT_LOSSES;
	}
	if (options->strict && accounting.unobserved_ns) {
		report_message("tracing was switched off for a time, and --strict asks for none");
		return EXIT_LOSSES;
	}
	return EXIT_CLEAN;
}
