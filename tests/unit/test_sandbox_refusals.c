// SPDX-License-Identifier: BSD-2-Clause
/* What the process must not do once tracing is on, each tried in a child of its own. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>

#include <siftr/array_size.h>

#include "../lib/sandboxed_child.h"
#include "../lib/scratch.h"

static int execute(void)
{
	return execl("/bin/true", "true", NULL);
}

static int split(void)
{
	return fork();
}

static int load_bpf(void)
{
	return (int)syscall(SYS_bpf, 0, NULL, 0);
}

static int attach_bpf(void)
{
	return (int)syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, NULL, 0);
}

static int query_bpf(void)
{
	return (int)syscall(SYS_bpf, BPF_PROG_QUERY, NULL, 0);
}

static int link_bpf(void)
{
	return (int)syscall(SYS_bpf, BPF_LINK_CREATE, NULL, 0);
}

static int call_out(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int look_into_others(void)
{
	return (int)syscall(SYS_ptrace, 0, 0, 0, 0);
}

static int make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
	       MAP_FAILED;
}

static int make_data_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int signal_others(void)
{
	return kill(getppid(), 0);
}

static int signal_threads_of_others(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static int signal_threads_as_before(void)
{
	return (int)syscall(SYS_tkill, getppid(), 0);
}

static int come_in_by_32_bits(void)
{
#ifdef __x86_64__
	long result = 20; /* call number 20: getpid of 32-bit x86, writev of x86-64 */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
	return (int)result;
#else
	raise(SIGSYS);
	return 0;
#endif
}

static void what_only_an_intruder_tries_kills(void **state)
{
	static int (*const acts[])(void) = {
		execute,
		split,
		load_bpf,
		attach_bpf,
		query_bpf,
		link_bpf,
		call_out,
		look_into_others,
		make_code,
		make_data_code,
		signal_others,
		signal_threads_of_others,
		signal_threads_as_before,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		int status = end_of(acts[i]);

		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("act %zu ended with status %#x", i, status);
	}
}

/* A kernel without 32-bit calls kills the caller itself, as a child outside the sandbox shows. */
static void the_calls_of_32_bit_programs_kill(void **state)
{
	int outside = end_of_free(come_in_by_32_bits), inside = end_of(come_in_by_32_bits);

	(void)state;
	assert_true(WIFSIGNALED(inside));
	assert_int_equal(WTERMSIG(inside), WIFSIGNALED(outside) ? WTERMSIG(outside) : SIGSYS);
}

static int try_something_new(void)
{
	NEEDS(syscall(SYS_sched_setaffinity, 0, 0, NULL) < 0 && errno == ENOSYS);
	NEEDS(syscall(100000) < 0 && errno == ENOSYS);
	return GOOD;
}

static void what_is_merely_unknown_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(end_of(try_something_new), GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_only_an_intruder_tries_kills),
		cmocka_unit_test(the_calls_of_32_bit_programs_kill),
		cmocka_unit_test(what_is_merely_unknown_is_not_there),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
