// SPDX-License-Identifier: BSD-2-Clause
#include "format/run_footer.h"

char *run_footer__begin(struct run_footer *footer, char *out, struct siftr_time disabled,
			const struct format_totals *totals)
{
	char *end;

	footer->count = run_flows__sort(footer->cache->run_flows);
	footer->next = 0;
	end = footer->format->run_footer->begin(out, footer->cache, disabled, totals);
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
		end = footer->format->run_footer->flow(out, run_flows__at(flows, footer->next));
	else
		*end++ = '\n';
	footer->next++;
	footer->bytes += (size_t)(end - out);
	return end;
}

void run_footer__report(const struct run_footer *footer, const char *name)
{
	footer->format->run_footer->report(name, footer->bytes, footer->count);
}
