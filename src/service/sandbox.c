// SPDX-License-Identifier: BSD-2-Clause
/*
 * The list of system calls that the running program may make, as a seccomp filter with three
 * actions. Calls of the program and its libraries are allowed. Calls that only an attacker makes
 * kill the process, to be noticed. The rest fails with ENOSYS: a C library that tries a newer call
 * then falls back, so an upgrade ends no run.
 */
#include "service/sandbox.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <asm/termbits.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>

#include <seccomp.h>

#include <siftr/array_size.h>

#include "report/report.h"
#include "service/sandbox_calls.h"

_Static_assert(BPF_PROG_QUERY == BPF_OBJ_GET_INFO_BY_FD + 1 &&
		       BPF_RAW_TRACEPOINT_OPEN == BPF_PROG_QUERY + 1,
	       "add_bpf() has a rule for each command");

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

/*
 * The allowed requests of ioctl(2): what isatty(3) of each C library uses, the number of bytes
 * left in a pipe, and detaching a kprobe.
 */
static const unsigned int ioctls[] = {
	TCGETS,
#ifdef TCGETS2
	TCGETS2,
#endif
	TIOCGWINSZ, FIONREAD, PERF_EVENT_IOC_DISABLE,
};

/* What tcsetattr(3) uses, for a run that draws on its terminal and has to restore it. */
static const unsigned int terminal_ioctls[] = {
#ifdef TCSETS2
	TCSETS2, TCSETSW2, TCSETSF2,
#endif
	TCSETS,	 TCSETSW,  TCSETSF,
};

static bool keeps_terminal;

void sandbox__keep_terminal(void)
{
	keeps_terminal = true;
}

static bool keeps_attaching;

void sandbox__keep_attaching(void)
{
	keeps_attaching = true;
}

static int add(scmp_filter_ctx filter, unsigned int action, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	return number == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(filter, action, number, 0);
}

static int add_all(scmp_filter_ctx filter, unsigned int action, const char *const *names)
{
	int err = 0;

	while (!err && *names)
		err = add(filter, action, *names++);
	return err;
}

/* Allows mmap(2) and mprotect(2), but not to make memory executable. */
static int add_mappings(scmp_filter_ctx filter)
{
	static const char *const calls[] = {"mmap", "mmap2", "mprotect", "pkey_mprotect"};
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(calls) && !err; i++) {
		int number = seccomp_syscall_resolve_name(calls[i]);

		if (number == __NR_SCMP_ERROR)
			continue;
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
		if (!err)
			err = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, number, 1,
					       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	}
	return err;
}

/*
 * Allows signals to this process only, for raise(3) and abort(3), which use tgkill in glibc and
 * tkill in musl.
 */
static int add_signals(scmp_filter_ctx filter)
{
	static const int calls[] = {SCMP_SYS(tgkill), SCMP_SYS(tkill)};
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(calls) && !err; i++) {
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 1,
				       SCMP_A0(SCMP_CMP_EQ, self, 0));
		if (!err)
			err = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, calls[i], 1,
					       SCMP_A0(SCMP_CMP_NE, self, 0));
	}
	return err;
}

/* Compares 32 bits only, because a C library that stores the request in an int sign-extends it. */
static int add_requests(scmp_filter_ctx filter, const unsigned int requests[], size_t count)
{
	int err = 0;

	for (size_t i = 0; i < count && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
				       SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, requests[i]));
	return err;
}

static int add_ioctls(scmp_filter_ctx filter)
{
	int err = add_requests(filter, ioctls, ARRAY_SIZE(ioctls));

	if (!err && keeps_terminal)
		err = add_requests(filter, terminal_ioctls, ARRAY_SIZE(terminal_ioctls));
	return err;
}

/*
 * Of bpf(2) allows BPF_OBJ_GET_INFO_BY_FD, which reads from a kprobe's link how many of its runs
 * were skipped, and BPF_RAW_TRACEPOINT_OPEN, which attaches a program that is loaded, if programs
 * are kept for that. Every other command kills the process.
 */
static int add_bpf(scmp_filter_ctx filter)
{
	static const struct scmp_arg_cmp killed[] = {
		SCMP_A0(SCMP_CMP_LT, BPF_OBJ_GET_INFO_BY_FD, 0),
		SCMP_A0(SCMP_CMP_EQ, BPF_PROG_QUERY, 0),
		SCMP_A0(SCMP_CMP_GT, BPF_RAW_TRACEPOINT_OPEN, 0),
	};
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(bpf), 1,
				   SCMP_A0(SCMP_CMP_EQ, BPF_OBJ_GET_INFO_BY_FD, 0));

	for (size_t i = 0; i < ARRAY_SIZE(killed) && !err; i++)
		err = seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(bpf), 1,
					     &killed[i]);
	return err ? err
		   : seccomp_rule_add(filter,
				      keeps_attaching ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS,
				      SCMP_SYS(bpf), 1,
				      SCMP_A0(SCMP_CMP_EQ, BPF_RAW_TRACEPOINT_OPEN, 0));
}

/*
 * Allows calls with certain arguments, such as prlimit64 without a new limit (argument 2 is NULL),
 * which only reads.
 */
static int add_arguments(scmp_filter_ctx filter)
{
	int err = add_mappings(filter);

	if (!err)
		err = add_bpf(filter);
	if (!err)
		err = add_ioctls(filter);
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
				       SCMP_A2(SCMP_CMP_EQ, 0, 0));
	return err ? err : add_signals(filter);
}

/*
 * Lets the process accept clients at the control socket and ask who they are: no other descriptor,
 * nothing else of getsockopt(2). Without a control socket accept4(2) kills, as accept(2) always.
 */
static int add_control(scmp_filter_ctx filter, int listener_fd)
{
	static const int questions[] = {SO_PEERCRED, SO_PEERGROUPS};
	const scmp_datum_t fd = (scmp_datum_t)listener_fd;
	int err;

	if (listener_fd < 0)
		return add(filter, SCMP_ACT_KILL_PROCESS, "accept4");
	err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(accept4), 1,
			       SCMP_A0(SCMP_CMP_EQ, fd, 0));
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(accept4), 1,
				       SCMP_A0(SCMP_CMP_NE, fd, 0));
	for (size_t i = 0; i < ARRAY_SIZE(questions) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(getsockopt), 2,
				       SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, SOL_SOCKET),
				       SCMP_A2(SCMP_CMP_MASKED_EQ, UINT32_MAX, questions[i]));
	return err;
}

static int fill(scmp_filter_ctx filter, int listener_fd)
{
	int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

	/* The value 2 makes libseccomp build a binary tree instead of a linear list of rules. */
	if (!err)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!err)
		err = add_all(filter, SCMP_ACT_ALLOW, sandbox_calls__allowed);
	if (!err)
		err = add_all(filter, SCMP_ACT_KILL_PROCESS, sandbox_calls__deadly);
	if (!err)
		err = add_control(filter, listener_fd);
	return err ? err : add_arguments(filter);
}

int sandbox__enter(int listener_fd)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int err = filter ? fill(filter, listener_fd) : -ENOMEM;

	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err ? report_error(err, "confine the process with seccomp") : 0;
}
