// SPDX-License-Identifier: BSD-2-Clause
/*
 * Returning space record by record is slow only with a running producer: producer and consumer then
 * contend for the cache line of the consumer position.
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
#define FULL_BYTES   (4UL << 20) /* of a full ring at most */
#define RINGS_MAX    SIFTR_RINGS_MAX
#define BATCH	     32 /* records that the product asks the drain for at once */
#define PAUSE_NS     1000000

/* What a consumer has read. It reads every cache line of a record and does nothing else with it. */
struct consumption {
	size_t records;
	__u64 sum;
};

static void look_at(struct consumption *consumption, const struct siftr_record *record)
{
	consumption->sum += record->time_ns + record->flow + record->options + record->direction;
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

/* A consumer and the rings it reads; only CONSUMER_LIBBPF_SORTED has `copies`. */
struct reading {
	enum consumer consumer;
	int nr_rings;
	struct ring rings[RINGS_MAX];
	struct ring copies[RINGS_MAX];
	struct drain *drain; /* of the copies, where there are any, else of the rings */
	struct consumption consumption;
};

static void open_reading(struct reading *reading, enum consumer consumer, int nr_rings,
			 size_t bytes)
{
	struct ring_memory memory[RINGS_MAX];

	*reading = (struct reading){.consumer = consumer, .nr_rings = nr_rings};
	for (int i = 0; i < nr_rings; i++) {
		ring__open(&reading->rings[i], bytes);
		memory[i] = ring__memory(&reading->rings[i]);
		if (consumer != CONSUMER_LIBBPF_SORTED)
			continue;
		ring__open(&reading->copies[i], bytes);
		memory[i] = ring__memory(&reading->copies[i]);
	}
	reading->drain = drain__new(memory, nr_rings);
	if (!reading->drain)
		exit(1);
}

static void close_reading(struct reading *reading)
{
	drain__free(reading->drain);
	for (int i = 0; i < reading->nr_rings; i++) {
		ring__close(&reading->rings[i]);
		if (reading->consumer == CONSUMER_LIBBPF_SORTED)
			ring__close(&reading->copies[i]);
	}
}

static void copy(void *context, void *data)
{
	ring__put(context, data);
}

/*
 * CONSUMER_LIBBPF reads until there are no more records. CONSUMER_LIBBPF_SORTED reads only what is
 * there when the pass begins, since the rings of copies have no space for more.
 */
static void read_pass(struct reading *reading)
{
	for (int i = 0; i < reading->nr_rings; i++) {
		struct ring *ring = &reading->rings[i];

		if (reading->consumer == CONSUMER_LIBBPF)
			ring__consume(ring, look_at_data, &reading->consumption);
		else if (reading->consumer == CONSUMER_LIBBPF_BATCH)
			ring__consume_batch(ring, look_at_data, &reading->consumption);
		else if (reading->consumer == CONSUMER_READING)
			ring__consume_ahead(ring, look_at_data, &reading->consumption);
		else if (reading->consumer == CONSUMER_LIBBPF_SORTED)
			ring__consume_batch(ring, copy, &reading->copies[i]);
	}
	if (reading->consumer == CONSUMER_DRAIN || reading->consumer == CONSUMER_LIBBPF_SORTED)
		drain_pass(reading->drain, &reading->consumption);
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
	struct reading reading;
	struct producer producer = {.ring = &reading.rings[0]};
	pthread_t thread;
	__u64 begin_ns;

	open_reading(&reading, consumer, 1, LIVE_BYTES);
	if (pthread_create(&thread, NULL, produce, &producer))
		exit(1);
	begin_ns = cpu_ns();
	while (reading.consumption.records < LIVE_RECORDS) {
		read_pass(&reading);
		nanosleep(&pause, NULL);
	}
	begin_ns = cpu_ns() - begin_ns;
	pthread_join(thread, NULL);
	close_reading(&reading);
	return (struct live_cost){(double)begin_ns / LIVE_RECORDS,
				  (double)producer.cpu_ns / LIVE_RECORDS};
}

/*
 * Fills the rings with records in the order of time, each into the next ring in turn, or into one
 * at random, so that no branch predictor learns the order. Ends when the ring for a record is full.
 */
static void fill(struct ring *rings, int nr_rings, enum live_order order, __u64 time_ns)
{
	unsigned int random = 1;

	for (unsigned int i = 0;; i++) {
		unsigned int number = order == LIVE_RANDOM ? random >> 16 : i;
		struct ring *ring = &rings[number % (unsigned int)nr_rings];
		struct siftr_record *record = ring__reserve(ring);

		if (!record)
			break;
		random = random * 1103515245 + 12345;
		write_record(record, time_ns += 100);
		ring__submit(ring, record);
	}
}

/* Makes two passes and times the second, in which the consumer meets no page for the first time. */
double live__run_full(enum consumer consumer, int nr_rings, size_t bytes, enum live_order order)
{
	size_t ring_bytes = nr_rings * FULL_BYTES > bytes ? bytes / nr_rings : FULL_BYTES;
	struct reading reading;
	__u64 begin_ns = 0;

	open_reading(&reading, consumer, nr_rings, ring_bytes);
	for (int turn = 0; turn < 2; turn++) {
		fill(reading.rings, nr_rings, order, 1000);
		reading.consumption.records = 0;
		begin_ns = cpu_ns();
		read_pass(&reading);
		begin_ns = cpu_ns() - begin_ns;
	}
	close_reading(&reading);
	return (double)begin_ns / reading.consumption.records;
}
