// SPDX-License-Identifier: BSD-2-Clause
#include "live/live_page.h"

#include "analyse/verdict.h"
#include "format/flow_end.h"
#include "report/human.h"

bool live_page__fill(struct live_page *page, const struct live_model *model, __u32 number)
{
	const struct live_flow *flow = live_model__line(model, number, &page->line);
	const struct live_history *history = flow ? flow->history : NULL;

	if (!flow)
		return false;
	verdict__find(&page->findings, &flow->flow);
	page->nr_samples = history ? live_history__nr_samples(history) : 0;
	page->nr_events = history ? live_history__nr_events(history) : 0;
	for (__u32 i = 0; i < page->nr_samples; i++)
		page->samples[i] = *live_history__sample(history, i);
	for (__u32 i = 0; i < page->nr_events; i++)
		page->events[i] = *live_history__event(history, i);
	return true;
}

static void write_rate(FILE *stream, float rate)
{
	if (rate >= 0)
		fprintf(stream, ",%.0f", (double)rate);
	else
		fputc(',', stream);
}

void live_page__write(const struct live_page *page, FILE *stream, bool titles)
{
	const struct siftr_flow_key *key = &page->line.key;
	char local[FLOW_END_BYTES], foreign[FLOW_END_BYTES], time[HUMAN_BYTES];

	flow_end__address(key, key->laddr, local);
	flow_end__address(key, key->faddr, foreign);
	if (titles)
		fputs(LIVE_PAGE_TITLES, stream);
	for (__u32 i = 0; i < page->nr_samples; i++) {
		const struct history_sample *sample = &page->samples[i];

		fprintf(stream, "%u,%s,%u,%s,%u,%s,%u,%u,%u,%u", page->line.flowid, local,
			key->lport, foreign, key->fport, human__moment(time, sample->time_us),
			sample->cwnd, sample->ssthresh, sample->inflight, sample->srtt);
		write_rate(stream, sample->sent);
		write_rate(stream, sample->delivered);
		write_rate(stream, sample->received);
		fputc('\n', stream);
	}
}
