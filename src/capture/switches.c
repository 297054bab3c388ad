// SPDX-License-Identifier: BSD-2-Clause
/*
 * The kernel's switches are files in /proc/sys and /sys. The kernel notifies nobody when one
 * changes, so they are read again and again.
 */
#include "capture/switches.h"

#include <fcntl.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "report/report.h"

#define BUSY_NS (NSEC_PER_SEC / 10) /* interval between polls while packets come */
#define IDLE_NS (2 * NSEC_PER_SEC)  /* the longest interval: each poll wakes the process */

#define KPROBES	    "/sys/kernel/debug/kprobes/enabled"
#define KPROBES_FIX "echo 1 > " KPROBES
#define EVERY_TYPE  (~0U)

static const struct kernel_switch known[SWITCHES_MAX] = {
	{"/proc/sys/kernel/ftrace_enabled", "kernel.ftrace_enabled", SWITCHES_FTRACE_FIX,
	 EVERY_TYPE, false},
	{KPROBES, KPROBES, KPROBES_FIX, 1U << ATTACH_KPROBE, false},
	{KPROBES, KPROBES, KPROBES_FIX, 1U << ATTACH_TYPED_KPROBE, true},
};

static bool is_off(int fd)
{
	char value[2];

	return pread(fd, value, sizeof(value), 0) > 0 && value[0] == '0';
}

static const struct kernel_switch *find_off(const struct switches *switches)
{
	for (int i = 0; i < SWITCHES_MAX; i++)
		if (switches->fds[i] >= 0 && is_off(switches->fds[i]))
			return &known[i];
	return NULL;
}

void switches__open(struct switches *switches, struct attach_way way)
{
	/* The switch of kprobes does nothing to kprobe.multi, which function tracing calls. */
	unsigned int type = 1U << (way.multi ? ATTACH_FENTRY : way.type);

	*switches = SWITCHES_NONE;
	for (int i = 0; i < SWITCHES_MAX; i++) {
		if (known[i].types & type)
			switches->fds[i] = open(known[i].path, O_RDONLY | O_CLOEXEC);
	}
	switches->off = find_off(switches);
}

void switches__close(struct switches *switches)
{
	for (int i = 0; i < SWITCHES_MAX; i++) {
		if (switches->fds[i] >= 0)
			close(switches->fds[i]);
		switches->fds[i] = -1;
	}
}

void switches__ignore(struct switches *switches)
{
	switches__close(switches);
	switches->off = NULL;
}

const struct kernel_switch *switches__find_kprobes_off(void)
{
	struct switches switches;
	const struct kernel_switch *off;

	switches__open(&switches, (struct attach_way){.type = ATTACH_TYPED_KPROBE});
	off = switches.off;
	switches__close(&switches);
	return off && off->some ? off : NULL;
}

void switches__begin(struct switches *switches, __u64 now_ns)
{
	switches->polled_ns = switches->on_ns = now_ns;
}

bool switches__are_on(const struct switches *switches)
{
	return !find_off(switches);
}

static bool is_watched(const struct switches *switches)
{
	for (int i = 0; i < SWITCHES_MAX; i++)
		if (switches->fds[i] >= 0)
			return true;
	return false;
}

static void report_off(struct switches *switches, const struct kernel_switch *off, __u64 now_ns)
{
	switches->noticed_ns = now_ns;
	report_message("%s has been set to 0: %s until it is 1 again: %s", off->name,
		       off->some ? "not all packets are seen" : "no packet is seen", off->fix);
}

static void report_on(struct switches *switches, __u64 now_ns)
{
	switches->unobserved_ns += now_ns - switches->on_ns;
	report_message("%s is 1 again; packets were not seen for up to %.1f s", switches->off->name,
		       (double)(now_ns - switches->on_ns) / NSEC_PER_SEC);
}

bool switches__poll(struct switches *switches, __u64 now_ns, __u64 record_ns)
{
	const struct kernel_switch *off = find_off(switches);

	if (off && !switches->off)
		report_off(switches, off, now_ns);
	else if (off && !off->some && record_ns > switches->noticed_ns + NSEC_PER_SEC) {
		report_message("packets are seen all the same: %s has no effect here", off->name);
		switches__ignore(switches);
		return true;
	} else if (!off && switches->off) {
		report_on(switches, now_ns);
	}
	switches->polled_ns = now_ns;
	switches->off = off;
	if (!off)
		switches->on_ns = now_ns;
	return !off;
}

/*
 * Without packets each interval is as long as there have been none, so that a burst of them causes
 * few polls after it, and the bound of a period without tracing is at most twice the period.
 */
__u64 switches__due_ns(const struct switches *switches, __u64 record_ns)
{
	__u64 quiet_ns = switches->polled_ns > record_ns ? switches->polled_ns - record_ns : 0;

	if (!is_watched(switches))
		return ~0ULL;
	if (quiet_ns < BUSY_NS)
		return switches->polled_ns + BUSY_NS;
	return switches->polled_ns + (quiet_ns < IDLE_NS ? quiet_ns : IDLE_NS);
}

__u64 switches__unobserved_ns(const struct switches *switches)
{
	return switches->unobserved_ns +
	       (switches->off ? switches->polled_ns - switches->on_ns : 0);
}
