// SPDX-License-Identifier: BSD-2-Clause
#include "commands/flow_choice.h"

#include <string.h>

#include <siftr/filter.h>

#include "filter/filter.h"
#include "filter/filter_flows.h"
#include "options/options.h"
#include "report/report.h"

struct choice {
	__u32 flowid; /* 0: any */
	struct siftr_filter filter;
};

static bool takes(const void *context, const struct row *row)
{
	const struct choice *choice = context;

	if (choice->flowid && row->flowid != choice->flowid)
		return false;
	return filter_flows__match(&choice->filter, row->flow);
}

struct flow_filter flow_choice__of(const struct options *options)
{
	static struct choice choice; /* static because it is large */

	memset(&choice, 0, sizeof(choice));
	choice.flowid = options->flow;
	filter__fill(&options->filter, &choice.filter);
	return (struct flow_filter){takes, &choice};
}

bool flow_choice__is_given(const struct options *options)
{
	return options->flow || options->filter.count;
}

int flow_choice__report_none(const struct options *options, const char *side,
			     const char *consequence, bool is_error)
{
	bool is_one = !side && options->nr_files == 1;
	const char *subject = is_one ? options->files[0] : side ? side : "the logs";
	const char *verb = is_one ? "has" : "have";

	if (flow_choice__is_given(options)) {
		report_message("%s %s no connection that was chosen%s; siftr-bpf flows without "
			       "filters lists all",
			       subject, verb, consequence);
		return EXIT_FAILED;
	}
	if (is_error)
		report_message("%s %s no packet of a connection%s", subject, verb, consequence);
	else
		report_notice("%s %s no packet of a connection%s", subject, verb, consequence);
	return is_error ? EXIT_FAILED : EXIT_CLEAN;
}
