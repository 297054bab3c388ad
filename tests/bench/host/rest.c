// SPDX-License-Identifier: BSD-2-Clause
#include "rest.h"

#include <stdio.h>
#include <stdlib.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "capture/drain.h"
#include "commands/recorded_lines.h"

#define NAME	     "recorder at rest, 10 k flows"
#define PASS_RECORDS 10000

static const struct load load = {NAME, 4, 10000, 1, .seed = 7};
/* Nothing in the load fires these, but all conditions are looked at. */
static const struct options options = {.trigger = "stall:1000h,srtt:1000h",
				       .recorder_bytes = 64 << 20};

void rest__open(struct bench *bench, const char *only)
{
	const struct stand_log log = {.format = FORMAT_siftr};
	const __u16 offsets[SIFTR_GROUPS] = {};
	struct session *session;

	if (!strstr(NAME, only))
		return;
	bench->rest.stand = stand__new(&bench->arena, &load, OUTPUT_NULL, &log);
	bench->rest.cost = results__series(bench->results, NAME, "ring to memory");
	session = &bench->rest.stand->session;
	if (recording__choose(&session->recording, &options) ||
	    recording__open(&session->recording, offsets, sizeof(struct siftr_record)))
		exit(1);
	session->counts.recorder = session->recording.recorder;
}

static void run_pass(struct stand *stand)
{
	const struct siftr_record *records[FLOWS_BATCH];
	size_t count;

	drain__begin(stand->arena->drain, clock__monotonic_ns());
	while ((count = drain__next(stand->arena->drain, records, FLOWS_BATCH)))
		recorded_lines__log(&stand->session, records, count);
	drain__end(stand->arena->drain);
}

void rest__run(struct bench *bench)
{
	struct stand *stand = bench->rest.stand;
	__u64 begin_ns;

	if (!stand)
		return;
	ways[WAY_WHOLE].prepare(stand);
	begin_ns = stand__clock_ns(stand);
	while (ring__show(&bench->arena.drained, PASS_RECORDS))
		run_pass(stand);
	series__add(bench->rest.cost, (double)(stand__clock_ns(stand) - begin_ns) /
					      (double)bench->arena.nr_records);
	if (run_counts__lines(&stand->session.counts)) {
		fprintf(stderr, "bench: the recorder at rest has written lines\n");
		exit(1);
	}
}

void rest__close(struct bench *bench)
{
	if (bench->rest.stand)
		stand__free(bench->rest.stand);
}
