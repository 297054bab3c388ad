// SPDX-License-Identifier: BSD-2-Clause
/*
 * Owner of the skeleton, the rings and the shared memory. Everything that may
 * fail or needs a privilege happens in tracer__open(); from then on the
 * programs are steered and read through mapped memory alone.
 */
#include "capture/tracer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "capture/host.h"
#include "report.h"
#include "siftr.skel.h"

#define RINGS_MAX 32

struct tracer {
	struct siftr_bpf *skel;
	struct siftr_live *live;
	struct siftr_counters *counters;
	size_t counters_bytes;
	int nr_cpus;
	enum siftr_flow_storage flow_storage;
	int epoll_fd;
	size_t nr_rings;
	int ring_fds[RINGS_MAX];
	struct ring_memory rings[RINGS_MAX];
};

static void unmap_ring(struct ring_memory *ring)
{
	size_t page = sysconf(_SC_PAGESIZE);

	if (ring->consumer_pos)
		munmap(ring->consumer_pos, page);
	if (ring->producer_pos)
		munmap((void *)ring->producer_pos, page + 2 * ring->bytes);
}

/* Two mappings, as the kernel allows them: the consumer's page writable, the rest not. */
static int map_ring(int fd, size_t bytes, struct ring_memory *ring)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *memory;

	ring->bytes = bytes;
	memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	ring->consumer_pos = memory;
	memory = mmap(NULL, page + 2 * bytes, PROT_READ, MAP_SHARED, fd, page);
	if (memory == MAP_FAILED)
		return -errno;
	ring->producer_pos = memory;
	ring->data = (const char *)memory + page;
	return 0;
}

static int create_ring(struct tracer *tracer, size_t bytes)
{
	struct epoll_event event = {.events = EPOLLIN};
	size_t i = tracer->nr_rings;
	int err;

	tracer->ring_fds[i] = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ring", 0, 0, bytes, NULL);
	if (tracer->ring_fds[i] < 0)
		return -errno;
	tracer->nr_rings++;
	err = map_ring(tracer->ring_fds[i], bytes, &tracer->rings[i]);
	if (err)
		return err;
	if (epoll_ctl(tracer->epoll_fd, EPOLL_CTL_ADD, tracer->ring_fds[i], &event))
		return -errno;
	return 0;
}

static size_t power_of_two_below(size_t bytes)
{
	while (bytes & (bytes - 1))
		bytes &= bytes - 1;
	return bytes;
}

/* A ring per online CPU, fewer where that would leave less than a page for each. */
static int create_rings(struct tracer *tracer, __u64 total_bytes)
{
	size_t page = sysconf(_SC_PAGESIZE), wanted = sysconf(_SC_NPROCESSORS_ONLN), bytes;
	int err;

	if (wanted > RINGS_MAX)
		wanted = RINGS_MAX;
	if (wanted > total_bytes / page)
		wanted = total_bytes < page ? 1 : total_bytes / page;
	bytes = power_of_two_below(total_bytes / wanted);
	if (bytes < page)
		bytes = page;
	tracer->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (tracer->epoll_fd < 0)
		return report_error(-errno, "create an epoll instance");
	while (tracer->nr_rings < wanted) {
		err = create_ring(tracer, bytes);
		if (err)
			return report_error(err, "create a ring buffer of %zu bytes", bytes);
	}
	report_detail("%zu rings of %zu bytes", wanted, bytes);
	return 0;
}

/* Every possible CPU gets a ring, CPUs that come online later included. */
static int assign_rings(struct tracer *tracer)
{
	int fd = bpf_map__fd(tracer->skel->maps.rings);

	for (__u32 cpu = 0; cpu < (__u32)tracer->nr_cpus; cpu++)
		if (bpf_map_update_elem(fd, &cpu, &tracer->ring_fds[cpu % tracer->nr_rings], 0))
			return report_error(-errno, "assign a ring to CPU %u", cpu);
	return 0;
}

static int map_counters(struct tracer *tracer)
{
	size_t page = sysconf(_SC_PAGESIZE);
	void *memory;

	tracer->counters_bytes = tracer->nr_cpus * sizeof(struct siftr_counters);
	tracer->counters_bytes = (tracer->counters_bytes + page - 1) / page * page;
	memory = mmap(NULL, tracer->counters_bytes, PROT_READ, MAP_SHARED,
		      bpf_map__fd(tracer->skel->maps.counters), 0);
	if (memory == MAP_FAILED)
		return report_error(-errno, "map the counters");
	tracer->counters = memory;
	return 0;
}

/* Opens and loads with one way of keeping flows; nothing is left behind on failure. */
static int load(struct tracer *tracer, enum siftr_flow_storage storage)
{
	int by_address = storage == SIFTR_FLOW_HASH, err;
	struct siftr_bpf *skel = siftr_bpf__open();

	if (!skel)
		return -errno;
	skel->rodata->load_config.flow_storage = storage;
	bpf_map__set_autocreate(skel->maps.flows_by_address, by_address);
	bpf_map__set_autocreate(skel->maps.flows_by_socket, !by_address);
	bpf_program__set_autoload(skel->progs.destroy_sock, by_address);
	bpf_map__set_max_entries(skel->maps.rings, tracer->nr_cpus);
	bpf_map__set_max_entries(skel->maps.counters, tracer->nr_cpus);
	err = siftr_bpf__load(skel);
	if (err) {
		siftr_bpf__destroy(skel);
		return err;
	}
	tracer->skel = skel;
	tracer->flow_storage = storage;
	return 0;
}

/* Socket storage is cheaper and dies with the socket; tracing programs have it from 5.11 on. */
static int load_either_way(struct tracer *tracer)
{
	int err = load(tracer, SIFTR_FLOW_SK_STORAGE);

	if (err && err != -EPERM) {
		report_detail("no socket storage for tracing programs, trying a hash map");
		report_forget_libbpf();
		err = load(tracer, SIFTR_FLOW_HASH);
	}
	return err ? host__explain_load_failure(err) : 0;
}

static int attach(struct tracer *tracer)
{
	int err = siftr_bpf__attach(tracer->skel);

	if (!err)
		return 0;
	report_libbpf();
	return report_error(err, "attach the BPF programs");
}

int tracer__open(const struct tracer_settings *settings, struct tracer **out)
{
	struct tracer *tracer = calloc(1, sizeof(*tracer));
	int err = -ENOMEM;

	*out = NULL;
	if (!tracer)
		return report_error(err, "start");
	tracer->epoll_fd = -1;
	tracer->nr_cpus = libbpf_num_possible_cpus();
	err = host__check();
	if (!err)
		err = load_either_way(tracer);
	if (!err)
		err = create_rings(tracer, settings->ring_bytes);
	if (!err)
		err = assign_rings(tracer);
	if (!err)
		err = map_counters(tracer);
	if (!err)
		err = attach(tracer);
	if (err) {
		tracer__free(tracer);
		return err;
	}
	tracer->live = (struct siftr_live *)&tracer->skel->data_live->live;
	tracer->live->ppl = settings->ppl;
	tracer->live->port = settings->port;
	report_detail("attached; packets-per-log counters in %s", tracer__flow_storage(tracer));
	*out = tracer;
	return 0;
}

void tracer__free(struct tracer *tracer)
{
	if (!tracer)
		return;
	if (tracer->counters)
		munmap(tracer->counters, tracer->counters_bytes);
	for (size_t i = 0; i < tracer->nr_rings; i++) {
		unmap_ring(&tracer->rings[i]);
		close(tracer->ring_fds[i]);
	}
	if (tracer->epoll_fd >= 0)
		close(tracer->epoll_fd);
	siftr_bpf__destroy(tracer->skel);
	free(tracer);
}

void tracer__start(struct tracer *tracer)
{
	__atomic_store_n(&tracer->live->on, 1, __ATOMIC_SEQ_CST);
}

void tracer__stop(struct tracer *tracer)
{
	__atomic_store_n(&tracer->live->on, 0, __ATOMIC_SEQ_CST);
	siftr_bpf__detach(tracer->skel);
}

const struct ring_memory *tracer__rings(const struct tracer *tracer, size_t *nr_rings)
{
	*nr_rings = tracer->nr_rings;
	return tracer->rings;
}

void tracer__read_counters(const struct tracer *tracer, struct siftr_counters *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (int cpu = 0; cpu < tracer->nr_cpus; cpu++)
		for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
			for (int outcome = 0; outcome < SIFTR_OUTCOMES; outcome++)
				sum->of[direction][outcome] += __atomic_load_n(
					&tracer->counters[cpu].of[direction][outcome],
					__ATOMIC_RELAXED);
}

/*
 * The request is made before the rings are looked at: a record reserved after
 * the look finds the request, one reserved before is seen.
 */
void tracer__wait(struct tracer *tracer, const struct drain *drain, int timeout_ms,
		  const sigset_t *signals)
{
	struct epoll_event event;

	__atomic_store_n(&tracer->live->want_wakeup, 1, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (drain__is_empty(drain))
		epoll_pwait(tracer->epoll_fd, &event, 1, timeout_ms, signals);
	__atomic_store_n(&tracer->live->want_wakeup, 0, __ATOMIC_SEQ_CST);
}

/* From /proc, which needs no privilege; the line is absent before 5.12. */
static __u64 missed_by(int prog_fd)
{
	char path[64], line[128];
	unsigned long long missed = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", prog_fd);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "recursion_misses: %llu", &missed) == 1)
			break;
	fclose(file);
	return missed;
}

__u64 tracer__missed(const struct tracer *tracer)
{
	struct bpf_program *program;
	__u64 missed = 0;

	bpf_object__for_each_program (program, tracer->skel->obj)
		if (bpf_program__fd(program) >= 0)
			missed += missed_by(bpf_program__fd(program));
	return missed;
}

const char *tracer__flow_storage(const struct tracer *tracer)
{
	return tracer->flow_storage == SIFTR_FLOW_HASH ? "a hash map" : "socket storage";
}
