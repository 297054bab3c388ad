// SPDX-License-Identifier: BSD-2-Clause
/*
 * What giving space back record by record costs shows only beside a producer:
 * both then fight for the line that holds the consumer's position.
 */
#include "live.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "capture/clock.h"
#include "ring.h"

#define LIVE_RECORDS 1000000UL
#define LIVE_BYTES   (16UL << 20)
#define FULL_BYTES   (4UL << 20)
#define RINGS_MAX    8
#define BATCH	     32 /* as the product asks for */
#define PAUSE_NS     1000000

/* A consumer that looks at every cache line of a record, and no more. */
struct consumption {
	size_t records;
	__u64 sum;
};

static void look_at(struct consumption *consumption, const struct siftr_record *record)
{
	consumption->sum += record->time_ns + record->flow.isn + record->direction;
	consumption->records++;
}

static void look_at_data(void *context, void *data)
{
	look_at(context, data);
}

static void drain_pass(struct drain *drain, struct consumption *consumption)
{
	const struct siftr_record *records[BATCH];
	size_t count;

	drain__begin(drain, clock__monotonic_ns());
	while ((count = drain__next(drain, records, BATCH)))
		for (size_t i = 0; i < count; i++)
			look_at(consumption, records[i]);
	drain__end(drain);
}

static __u64 cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

struct producer {
	struct ring *ring;
	__u64 cpu_ns;
};

static void write_record(struct siftr_record *record, __u64 time_ns)
{
	memset(record, 1, sizeof(*record));
	record->time_ns = time_ns;
}

static void *produce(void *context)
{
	struct producer *producer = context;
	__u64 begin_ns = cpu_ns();

	for (size_t i = 0; i < LIVE_RECORDS;) {
		struct siftr_record *record = ring__reserve(producer->ring);

		if (!record) {
			sched_yield();
			continue;
		}
		write_record(record, clock__monotonic_ns());
		ring__submit(producer->ring, record);
		i++;
	}
	producer->cpu_ns = cpu_ns() - begin_ns;
	return NULL;
}

struct live_cost live__run(enum consumer consumer)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct consumption consumption = {};
	struct ring_memory memory;
	struct drain *drain;
	struct ring ring;
	struct producer producer = {.ring = &ring};
	pthread_t thread;
	__u64 begin_ns;

	ring__open(&ring, LIVE_BYTES);
	memory = ring__memory(&ring);
	drain = drain__new(&memory, 1);
	if (!drain || pthread_create(&thread, NULL, produce, &producer))
		exit(1);
	begin_ns = cpu_ns();
	while (consumption.records < LIVE_RECORDS) {
		if (consumer == CONSUMER_DRAIN)
			drain_pass(drain, &consumption);
		else
			ring__consume(&ring, look_at_data, &consumption);
		nanosleep(&pause, NULL);
	}
	begin_ns = cpu_ns() - begin_ns;
	pthread_join(thread, NULL);
	drain__free(drain);
	ring__close(&ring);
	return (struct live_cost){(double)begin_ns / LIVE_RECORDS,
				  (double)producer.cpu_ns / LIVE_RECORDS};
}

/* Each record is later than the last one of every other ring. */
static void fill(struct ring *rings, int nr_rings, __u64 time_ns)
{
	for (size_t i = 0; i < ring__capacity(&rings[0]); i++)
		for (int ring = 0; ring < nr_rings; ring++) {
			struct siftr_record *record = ring__reserve(&rings[ring]);

			write_record(record, time_ns += 100);
			ring__submit(&rings[ring], record);
		}
}

/* The second of two fills is timed: then no page is new to the drain. */
double live__run_full(enum consumer consumer, int nr_rings)
{
	struct consumption consumption = {};
	struct ring_memory memory[RINGS_MAX];
	struct ring rings[RINGS_MAX];
	struct drain *drain;
	__u64 begin_ns = 0;

	for (int i = 0; i < nr_rings; i++) {
		ring__open(&rings[i], FULL_BYTES);
		memory[i] = ring__memory(&rings[i]);
	}
	drain = drain__new(memory, nr_rings);
	if (!drain)
		exit(1);
	for (int turn = 0; turn < 2; turn++) {
		fill(rings, nr_rings, 1000);
		consumption.records = 0;
		begin_ns = cpu_ns();
		if (consumer == CONSUMER_DRAIN)
			drain_pass(drain, &consumption);
		else
			for (int i = 0; i < nr_rings; i++)
				ring__consume(&rings[i], look_at_data, &consumption);
		begin_ns = cpu_ns() - begin_ns;
	}
	drain__free(drain);
	for (int i = 0; i < nr_rings; i++)
		ring__close(&rings[i]);
	return (double)begin_ns / consumption.records;
}
