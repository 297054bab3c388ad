// SPDX-License-Identifier: BSD-2-Clause
#include "commands/findings.h"

#include <stdio.h>

#include "report/plural.h"
#include "report/report.h"
#include "report/text.h"

#define DEFECTS_SHOWN 20

static void take_defect(void *context, const struct diagnostic *defect)
{
	struct findings *findings = context;

	if (findings->defects++ < DEFECTS_SHOWN)
		diagnostic__print(defect, findings->file, "");
}

static void take_note(void *context, const struct diagnostic *note)
{
	struct findings *findings = context;

	if (report_level() >= REPORT_VERBOSE && findings->notes++ < DEFECTS_SHOWN)
		diagnostic__print(note, findings->file, "note: ");
}

struct diagnostic_sink findings__sink(struct findings *findings)
{
	return (struct diagnostic_sink){take_defect, take_note, findings};
}

static void print_rest(const char *file, __u64 found, const char *what)
{
	__u64 more = found - DEFECTS_SHOWN;

	if (found <= DEFECTS_SHOWN)
		return;
	text__print(report_stream(), file);
	fprintf(report_stream(), ": %llu more %s%s\n", more, what, plural__ending(more));
}

void findings__print_rest(const struct findings *findings)
{
	print_rest(findings->file, findings->defects, "defect");
	print_rest(findings->file, findings->notes, "note");
}
