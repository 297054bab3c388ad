// SPDX-License-Identifier: BSD-2-Clause
#include "format/run_footer.h"

#include "report/report.h"

char *run_footer__begin(struct run_footer *footer, char *out, struct siftr_time disabled,
			const struct format_totals *totals)
{
	char *end;

	footer->count = run_flows__sort(footer->cache->run_flows);
	footer->next = 0;
	end = footer->format->run_footer(out, footer->cache, disabled, totals);
	footer->bytes = (size_t)(end - out);
	return end;
}

bool run_footer__has_more(const struct run_footer *footer)
{
	return footer->next <= footer->count;
}

char *run_footer__next(struct run_footer *footer, char *out)
{
	const struct run_flows *flows = footer->cache->run_flows;
	char *end = out;

	if (footer->next < footer->count)
		end = footer->format->run_flow(out, run_flows__at(flows, footer->next));
	else
		*end++ = '\n';
	footer->next++;
	footer->bytes += (size_t)(end - out);
	return end;
}

void run_footer__report(const struct run_footer *footer, const char *name)
{
	size_t read = footer->format->footer_read;

	if (read && footer->bytes >= read)
		report_message("the footer of %s has %zu bytes, for %zu flows: review_siftr2_log "
			       "reads only %zu; siftr2_reader.py and siftr-bpf read all",
			       name, footer->bytes, footer->count, read - 1);
	else if (!footer->count)
		report_message("%s has no line, which the readers of siftr2 refuse", name);
}
