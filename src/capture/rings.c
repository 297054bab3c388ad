// SPDX-License-Identifier: BSD-2-Clause
/* What the two kinds of rings have in common: one descriptor to wait on, and which is opened. */
#include "capture/rings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "capture/cpus.h"
#include "capture/transient_error.h"
#include "report/plural.h"
#include "report/report.h"

const struct rings RINGS_NONE = {.epoll_fd = -1};

static int watch_wakeups(const struct rings *rings, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	if (epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, fd, &event))
		return report_error(-errno, "wait for a ring buffer");
	return 0;
}

static int open_kernel_rings(struct rings *rings, const struct programs *programs,
			     const struct ring_sizes *sizes)
{
	int err = kernel_rings__open(&rings->kernel, sizes, rings->memory);

	if (!err)
		err = kernel_rings__number_flows(programs__map_fd(programs, "flow_numbers"));
	for (size_t i = 0; i < rings->kernel.count && !err; i++)
		err = watch_wakeups(rings, rings->kernel.fds[i]);
	report_detail("%zu ring%s of %zu bytes", sizes->count, plural__ending(sizes->count),
		      sizes->bytes);
	return err;
}

static int open_mapped_rings(struct rings *rings, const struct programs *programs,
			     const struct ring_sizes *sizes)
{
	int err = mapped_rings__open(&rings->mapped, programs, sizes, rings->memory);

	if (!err)
		err = watch_wakeups(rings, programs__map_fd(programs, "wakeups"));
	report_detail("%zu ring%s of %u records", sizes->count, plural__ending(sizes->count),
		      sizes->slots);
	return err;
}

static int assign_cpu(const struct rings *rings, const struct programs *programs, __u32 cpu,
		      size_t ring)
{
	if (programs__ring_kind(programs) == RING_MAPPED)
		return mapped_rings__assign(&rings->mapped, cpu, ring);
	return kernel_rings__assign(&rings->kernel, programs__map_fd(programs, "rings"), cpu, ring);
}

/*
 * CPUs that may come online later are included: they share the rings of the others. The loop goes
 * downwards, so that of two CPUs that share an entry of siftr_rings.ring_of_cpu the lower one's
 * ring stays there.
 */
static int assign(const struct rings *rings, const struct programs *programs, int nr_cpus)
{
	size_t *ring_of = calloc(nr_cpus, sizeof(*ring_of));
	bool *online = calloc(nr_cpus, sizeof(*online));
	int err = 0;

	if (ring_of && online) {
		cpus__online(online, nr_cpus);
		cpus__deal(online, nr_cpus, rings->count, ring_of);
		for (int cpu = nr_cpus - 1; cpu >= 0 && !err; cpu--)
			err = assign_cpu(rings, programs, cpu, ring_of[cpu]);
	} else {
		err = report_error(-ENOMEM, "assign rings to CPUs");
	}
	free(online);
	free(ring_of);
	return err;
}

static int open_rings(struct rings *rings, const struct programs *programs,
		      const struct ring_sizes *sizes, int nr_cpus)
{
	int err;

	rings->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (rings->epoll_fd < 0)
		return report_error(-errno, "create an epoll instance");
	rings->count = sizes->count;
	if (programs__ring_kind(programs) == RING_MAPPED)
		err = open_mapped_rings(rings, programs, sizes);
	else
		err = open_kernel_rings(rings, programs, sizes);
	return err ? err : assign(rings, programs, nr_cpus);
}

int rings__open(struct rings *rings, const struct programs *programs,
		const struct ring_sizes *sizes, int nr_cpus)
{
	int err = open_rings(rings, programs, sizes, nr_cpus);

	if (transient_error__is(err))
		transient_error__report_fix(err);
	return err;
}

void rings__close(struct rings *rings)
{
	kernel_rings__close(&rings->kernel);
	mapped_rings__close(&rings->mapped);
	if (rings->epoll_fd >= 0)
		close(rings->epoll_fd);
	*rings = RINGS_NONE;
}

void rings__watch(const struct rings *rings, int fd, __u32 events)
{
	struct epoll_event event = {.events = events};

	epoll_ctl(rings->epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void rings__forget_wakeups(const struct rings *rings)
{
	mapped_rings__forget_wakeups(&rings->mapped);
}

void rings__wait(const struct rings *rings, int timeout_ms, const sigset_t *signals)
{
	struct epoll_event event;

	epoll_pwait(rings->epoll_fd, &event, 1, timeout_ms, signals);
}
