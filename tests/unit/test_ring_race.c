// SPDX-License-Identifier: BSD-2-Clause
/*
 * A kernel ring whose entries are committed while the drain looks at them, by a thread that takes
 * the part of a BPF program on another CPU: no record may be taken for a discarded one.
 */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include <siftr/array_size.h>
#include <siftr/mapped_ring.h>

#include "../lib/random_numbers.h"
#include "../lib/ring_fake.h"
#include "../lib/test.h"

#define RECORDS	   200000
#define RING_BYTES 4096
#define RECORD_NS  1
#define NOW_NS	   2

struct producer {
	struct ring_fake ring;
	__u64 records;
	bool has_ended;
};

/* Reserves an entry as bpf_ringbuf_reserve() does, and commits it at once. */
static void produce_record(struct ring_fake *ring)
{
	unsigned long pos = ring->producer_pos;
	__u32 *header = ring_fake__header(ring, pos);

	while (pos + RING_ENTRY_BYTES - __atomic_load_n(&ring->consumer_pos, __ATOMIC_ACQUIRE) >
	       ring->bytes)
		sched_yield();
	__atomic_store_n(header, sizeof(struct siftr_record) | BPF_RINGBUF_BUSY_BIT,
			 __ATOMIC_RELAXED);
	__atomic_store_n(&ring->producer_pos, pos + RING_ENTRY_BYTES, __ATOMIC_RELEASE);
	*ring_fake__record(ring, pos) = (struct siftr_record){
		.time_ns = RECORD_NS,
		.direction = SIFTR_IN,
	};
	__atomic_store_n(header, sizeof(struct siftr_record), __ATOMIC_RELEASE);
}

static void *produce(void *context)
{
	struct producer *producer = context;

	for (__u64 i = 0; i < producer->records; i++)
		produce_record(&producer->ring);
	__atomic_store_n(&producer->has_ended, true, __ATOMIC_RELEASE);
	return NULL;
}

/* Makes one pass and returns the number of its records. */
static __u64 drain_pass(struct drain *drain)
{
	const struct siftr_record *records[64];
	__u64 found = 0;
	size_t count;

	drain__begin(drain, NOW_NS);
	while ((count = drain__next(drain, records, ARRAY_SIZE(records))))
		found += count;
	drain__end(drain);
	return found;
}

static void a_record_that_is_committed_while_it_is_polled_is_not_discarded(void **state)
{
	struct producer producer = {.records = (__u64)random_rounds(RECORDS)};
	struct ring_memory memory = ring_fake__open(&producer.ring, RING_FAKE_KERNEL, RING_BYTES);
	struct drain *drain = drain__new(&memory, 1);
	pthread_t thread;
	__u64 found = 0;
	bool ended;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
	do {
		ended = __atomic_load_n(&producer.has_ended, __ATOMIC_ACQUIRE);
		found += drain_pass(drain);
	} while (!ended);
	pthread_join(thread, NULL);
	found += drain_pass(drain);
	assert_true(drain__is_empty(drain));
	assert_int_equal(found, producer.records);
	drain__free(drain);
	ring_fake__close(&producer.ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_that_is_committed_while_it_is_polled_is_not_discarded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
