// SPDX-License-Identifier: BSD-2-Clause
#include "commands/run.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "commands/recorded_lines.h"
#include "report/report.h"
#include "usdt/probes.h"

/* Batches between two checkpoints of a long pass, a few milliseconds. */
#define CHECKPOINT_BATCHES 1024
/* After the stop: interval and greatest number of the checks whether a BPF program still runs. */
#define SETTLE_NS     NSEC_PER_MSEC
#define SETTLE_ROUNDS 1000

bool run__is_service(const struct run *run)
{
	return run->progress.notify.fd >= 0;
}

/* The flows among the records that have ended, after their lines. */
static void show_ends(const struct flows *flows, const struct siftr_record *const records[],
		      size_t count)
{
	const struct flow *found[FLOWS_BATCH];

	flows__look_up(flows, records, count, found);
	for (size_t i = 0; i < count; i++)
		if (records[i]->kind == SIFTR_KIND_END && found[i])
			probes__flow_end(found[i]->id, &found[i]->key);
}

__u64 run__pass(struct run *run)
{
	const struct siftr_record *records[FLOWS_BATCH];
	struct session *session = &run->session;
	__u64 nr_records = 0, nr_batches = 0;
	size_t count;

	clock__refresh(&session->wall.clock);
	tracer__want_ends(run->tracer, probes__want_flow_end());
	drain__begin(run->drain, clock__monotonic_ns() - ORDER_MARGIN_NS);
	while ((count = drain__next(run->drain, records, FLOWS_BATCH))) {
		recorded_lines__log(session, records, count);
		if (probes__want_flow_end())
			show_ends(session->flows, records, count);
		nr_records += count;
		if (++nr_batches % CHECKPOINT_BATCHES == 0)
			log_file__checkpoint(&session->file);
	}
	drain__end(run->drain);
	session->records += nr_records;
	session__flush(session);
	log_file__checkpoint(&session->file);
	if (probes__want_loss())
		loss_probe__poll(&run->loss, session, false);
	tracer__poll_switches(run->tracer, session->last_ns, flows__count(session->flows));
	return nr_records;
}

/* One pass over the rings, then reads *counters. Whether all records counted there were seen. */
static bool is_settled(struct run *run, struct siftr_counters *counters)
{
	struct siftr_counters before;

	tracer__read_counters(run->tracer, &before);
	run__pass(run);
	tracer__read_counters(run->tracer, counters);
	return !memcmp(&before, counters, sizeof(before)) && drain__is_empty(run->drain) &&
	       run->session.records == run_counts__submitted(counters);
}

void run__settle(struct run *run, struct siftr_counters *counters)
{
	const struct timespec moment = {.tv_nsec = SETTLE_NS};
	bool settled = is_settled(run, counters);

	for (int round = 1; !settled && round < SETTLE_ROUNDS; round++) {
		nanosleep(&moment, NULL);
		settled = is_settled(run, counters);
	}
	if (!settled)
		report_message("a BPF program has not ended: its packet, and all after it, have "
			       "no lines");
}
