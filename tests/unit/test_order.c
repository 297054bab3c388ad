// SPDX-License-Identifier: BSD-2-Clause
/*
 * The order between a producer and the consumer of a mapped ring, on this host's cores: a model of
 * the BPF program (bpf/mapped_ring.bpf.h) in a thread of its own, the real drain in another. The
 * order rests on the barrier of the claim. How often it is broken without that barrier depends on
 * the host, and is only shown.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "../lib/ring_fake.h"
#include "../lib/test.h"

#define BYTES  (1UL << 16)
#define RUN_NS (500 * NSEC_PER_MSEC) /* how long each model runs */

struct model {
	struct ring_fake ring;
	bool has_barrier;
	unsigned int want_wakeup; /* as in struct siftr_live */
	unsigned long wakeups;
	unsigned long checked_pos; /* up to here the producer has looked for a request */
	bool stop;
};

struct tally {
	unsigned long rounds;
	unsigned long violations;
};

typedef void (*watch_model)(struct model *model, struct drain *drain, struct tally *tally);

static __u64 monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* Moves the head as claim() does, or by a plain store. The producer is alone in its ring. */
static bool claim(struct model *model, unsigned long *pos)
{
	struct ring_fake *ring = &model->ring;
	unsigned long next;

	*pos = ring->producer_pos;
	next = *pos + 1;
	if (*pos >= __atomic_load_n(&ring->consumer_pos, __ATOMIC_ACQUIRE))
		return false;
	if ((next & (ring->lap - 1)) == ring->slots)
		next += ring->lap - ring->slots;
	if (model->has_barrier)
		return __sync_bool_compare_and_swap(&ring->producer_pos, *pos, next);
	__atomic_store_n(&ring->producer_pos, next, __ATOMIC_RELAXED);
	return true;
}

static void commit(struct ring_fake *ring, unsigned long pos, __u64 time_ns)
{
	struct siftr_record *record = ring_fake__record(ring, pos);

	record->time_ns = time_ns;
	record->direction = SIFTR_OUT;
	__atomic_store_n(ring_fake__header(ring, pos), (__u32)pos + 1, __ATOMIC_RELEASE);
}

static void *produce(void *context)
{
	struct model *model = context;
	unsigned long pos;

	while (!__atomic_load_n(&model->stop, __ATOMIC_ACQUIRE)) {
		if (!claim(model, &pos)) {
			sched_yield();
			continue;
		}
		commit(&model->ring, pos, monotonic_ns());
		if (__atomic_load_n(&model->want_wakeup, __ATOMIC_RELAXED)) {
			__atomic_store_n(&model->want_wakeup, 0, __ATOMIC_RELAXED);
			__atomic_fetch_add(&model->wakeups, 1, __ATOMIC_SEQ_CST);
		}
		__atomic_store_n(&model->checked_pos, model->ring.producer_pos, __ATOMIC_RELEASE);
	}
	return NULL;
}

static struct drain *start(struct model *model, pthread_t *producer, bool has_barrier)
{
	struct ring_memory memory;
	struct drain *drain;

	*model = (struct model){.has_barrier = has_barrier};
	memory = ring_fake__open(&model->ring, RING_FAKE_MAPPED, BYTES);
	drain = drain__new(&memory, 1);
	assert_non_null(drain);
	assert_int_equal(pthread_create(producer, NULL, produce, model), 0);
	return drain;
}

static void stop(struct model *model, pthread_t producer, struct drain *drain)
{
	__atomic_store_n(&model->stop, true, __ATOMIC_RELEASE);
	pthread_join(producer, NULL);
	drain__free(drain);
	ring_fake__close(&model->ring);
}

/*
 * Counts as violations the records whose time is earlier than the watermark of the pass before.
 */
static void watch_records(struct model *model, struct drain *drain, struct tally *tally)
{
	const struct siftr_record *batch[32];
	__u64 end_ns = monotonic_ns() + RUN_NS, watermark_ns = 0, now_ns;
	size_t count;

	while ((now_ns = monotonic_ns()) < end_ns) {
		drain__begin(drain, now_ns);
		while ((count = drain__next(drain, batch, ARRAY_SIZE(batch))))
			for (size_t i = 0; i < count; i++, tally->rounds++)
				tally->violations += batch[i]->time_ns < watermark_ns;
		watermark_ns = drain__watermark_ns(drain);
		drain__end(drain);
	}
	(void)model;
}

static void empty(struct drain *drain)
{
	const struct siftr_record *batch[32];

	drain__begin(drain, ~0ULL - 1);
	while (drain__next(drain, batch, ARRAY_SIZE(batch)))
		;
	drain__end(drain);
}

/*
 * Waits for a wakeup, until `end_ns` at most. It is lost if the producer has added a record that
 * the drain has not read, has then looked for a request to wake, and has not woken.
 */
static bool is_wakeup_lost(const struct model *model, unsigned long wakeups, __u64 end_ns)
{
	unsigned long pos = model->ring.consumer_pos - model->ring.lap, checked_pos;

	do {
		checked_pos = __atomic_load_n(&model->checked_pos, __ATOMIC_ACQUIRE);
		if (__atomic_load_n(&model->wakeups, __ATOMIC_ACQUIRE) != wakeups)
			return false;
	} while (checked_pos <= pos && monotonic_ns() < end_ns);
	return checked_pos > pos;
}

/* Goes to sleep again and again as tracer__wait() does. */
static void watch_wakeups(struct model *model, struct drain *drain, struct tally *tally)
{
	__u64 end_ns = monotonic_ns() + RUN_NS;

	while (monotonic_ns() < end_ns) {
		unsigned long wakeups;

		empty(drain);
		wakeups = __atomic_load_n(&model->wakeups, __ATOMIC_ACQUIRE);
		__atomic_store_n(&model->want_wakeup, 1, __ATOMIC_SEQ_CST);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (drain__is_empty(drain)) {
			tally->rounds++;
			tally->violations += is_wakeup_lost(model, wakeups, end_ns);
		}
		__atomic_store_n(&model->want_wakeup, 0, __ATOMIC_SEQ_CST);
	}
}

static struct tally run(watch_model watch, bool has_barrier)
{
	struct tally tally = {};
	struct model model;
	pthread_t producer;
	struct drain *drain = start(&model, &producer, has_barrier);

	watch(&model, drain, &tally);
	stop(&model, producer, drain);
	return tally;
}

/*
 * Runs the model with the barrier and without it, shows how often each run violated the order, and
 * asserts that the one with the barrier never did.
 */
static void compare(const char *what, watch_model watch)
{
	struct tally with = run(watch, true), without = run(watch, false);

	print_message("# %s: %lu of %lu with the barrier, %lu of %lu without\n", what,
		      with.violations, with.rounds, without.violations, without.rounds);
	assert_int_equal(with.violations, 0);
	assert_true(with.rounds > 0);
}

static void no_record_is_older_than_the_watermark_of_an_earlier_pass(void **state)
{
	(void)state;
	compare("records that came too late", watch_records);
}

static void no_wakeup_is_lost(void **state)
{
	(void)state;
	compare("lost wakeups", watch_wakeups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_record_is_older_than_the_watermark_of_an_earlier_pass),
		cmocka_unit_test(no_wakeup_is_lost),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
