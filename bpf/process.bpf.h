/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The process that is running on this CPU. */
#ifndef SIFTR_PROCESS_BPF_H
#define SIFTR_PROCESS_BPF_H

#include "compat.bpf.h"

#define PF_KTHREAD 0x00200000 /* linux/sched.h */

/*
 * Whether the running task is that of a process. A kernel thread, such as the one that opens
 * further subflows of MPTCP, is none.
 */
static __always_inline bool is_in_process(void)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();

	return !(BPF_CORE_READ(task, flags) & PF_KTHREAD);
}

static __always_inline __u32 current_pid(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}

/* The name of the process, which is that of its first thread. */
static __always_inline void read_current_comm(__u64 comm[SIFTR_TEXT_WORDS])
{
	const struct task_struct *task = (const void *)bpf_get_current_task(),
				 *leader = BPF_CORE_READ(task, group_leader);

	comm[0] = comm[1] = 0;
	bpf_probe_read_kernel_str(comm, SIFTR_TEXT_WORDS * sizeof(*comm), &leader->comm);
}

#endif
