// SPDX-License-Identifier: BSD-2-Clause
/*
 * Owner of the programs, the rings and the shared memory. Everything that may
 * fail or needs a privilege happens in tracer__open(); from then on the
 * programs are steered and read through mapped memory alone.
 */
#include "capture/tracer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "capture/clock.h"
#include "capture/refusal.h"
#include "capture/rings.h"
#include "report.h"

struct tracer {
	struct programs *programs;
	struct rings rings;
	struct siftr_live *live;
	struct siftr_counters *counters; /* SIFTR_COUNTER_SLOTS of them */
	int nr_cpus;
};

static size_t whole_pages(size_t bytes)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

static size_t counters_bytes(void)
{
	return whole_pages(SIFTR_COUNTER_SLOTS * sizeof(struct siftr_counters));
}

/* NULL after a report. */
static void *map_shared(const struct tracer *tracer, const char *map, size_t bytes, int protection)
{
	int fd = programs__map_fd(tracer->programs, map);
	void *memory = mmap(NULL, bytes, protection, MAP_SHARED, fd, 0);

	if (memory != MAP_FAILED)
		return memory;
	report_error(-errno, "map the BPF map %s", map);
	return NULL;
}

static int map_memory(struct tracer *tracer)
{
	tracer->counters = map_shared(tracer, ".bss", counters_bytes(), PROT_READ);
	if (!tracer->counters)
		return -ENOMEM;
	tracer->live = map_shared(tracer, ".data.live", whole_pages(sizeof(*tracer->live)),
				  PROT_READ | PROT_WRITE);
	return tracer->live ? 0 : -ENOMEM;
}

static int open_parts(struct tracer *tracer, const struct tracer_settings *settings)
{
	int err = refusal__check();

	if (err)
		return err;
	err = programs__open(tracer->nr_cpus, settings->ppl > 1, &tracer->programs);
	if (err)
		return refusal__explain(err);
	err = rings__open(&tracer->rings, settings->ring_bytes);
	if (err == -EPERM)
		report_message("%s", refusal__eperm_fix());
	if (!err)
		err = rings__assign(&tracer->rings, programs__map_fd(tracer->programs, "rings"),
				    tracer->nr_cpus);
	if (!err)
		err = map_memory(tracer);
	return err ? err : clock__open();
}

int tracer__open(const struct tracer_settings *settings, struct tracer **out)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));
	int err;

	*out = NULL;
	if (!tracer)
		return report_error(-ENOMEM, "start");
	tracer->rings.epoll_fd = -1;
	tracer->nr_cpus = libbpf_num_possible_cpus();
	err = open_parts(tracer, settings);
	if (err) {
		tracer__free(tracer);
		return err;
	}
	tracer->live->ppl = settings->ppl;
	tracer->live->ports = SIFTR_PORTS(settings->port);
	*out = tracer;
	return 0;
}

void tracer__free(struct tracer *tracer)
{
	if (!tracer)
		return;
	if (tracer->live)
		munmap(tracer->live, whole_pages(sizeof(*tracer->live)));
	if (tracer->counters)
		munmap(tracer->counters, counters_bytes());
	rings__close(&tracer->rings);
	programs__free(tracer->programs);
	free(tracer);
}

void tracer__start(struct tracer *tracer)
{
	__atomic_store_n(&tracer->live->on, 1, __ATOMIC_SEQ_CST);
}

void tracer__stop(struct tracer *tracer)
{
	__atomic_store_n(&tracer->live->on, 0, __ATOMIC_SEQ_CST);
}

void tracer__next_file(struct tracer *tracer)
{
	__atomic_store_n(&tracer->live->file, tracer->live->file + 1, __ATOMIC_SEQ_CST);
}

const struct ring_memory *tracer__rings(const struct tracer *tracer, size_t *nr_rings)
{
	*nr_rings = tracer->rings.count;
	return tracer->rings.memory;
}

void tracer__read_counters(const struct tracer *tracer, struct siftr_counters *sum)
{
	int nr_slots =
		tracer->nr_cpus < SIFTR_COUNTER_SLOTS ? tracer->nr_cpus : SIFTR_COUNTER_SLOTS;

	memset(sum, 0, sizeof(*sum));
	for (int slot = 0; slot < nr_slots; slot++)
		for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
			for (int outcome = 0; outcome < SIFTR_OUTCOMES; outcome++)
				sum->of[direction][outcome] += __atomic_load_n(
					&tracer->counters[slot].of[direction][outcome],
					__ATOMIC_RELAXED);
}

/* Other than by packets of other ports, and those beside the books, which no footer has. */
static int have_moved(const struct tracer *tracer, const struct siftr_counters *known)
{
	struct siftr_counters now;

	tracer__read_counters(tracer, &now);
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		for (int outcome = SIFTR_FILTERED + 1; outcome <= SIFTR_RECORDS; outcome++)
			if (now.of[direction][outcome] != known->of[direction][outcome])
				return 1;
	return 0;
}

/*
 * The request is made before rings and counters are looked at: what comes after
 * the look finds the request, what came before is seen.
 */
void tracer__wait(struct tracer *tracer, const struct drain *drain,
		  const struct siftr_counters *known, int timeout_ms, const sigset_t *signals)
{
	__u32 wish = known ? SIFTR_WAKE_PACKET : SIFTR_WAKE_RECORD;

	__atomic_store_n(&tracer->live->want_wakeup, wish, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (drain__is_empty(drain) && !(known && have_moved(tracer, known)))
		rings__wait(&tracer->rings, timeout_ms, signals);
	__atomic_store_n(&tracer->live->want_wakeup, 0, __ATOMIC_SEQ_CST);
}

void tracer__watch(const struct tracer *tracer, int fd)
{
	rings__watch(&tracer->rings, fd);
}

const struct programs *tracer__programs(const struct tracer *tracer)
{
	return tracer->programs;
}
