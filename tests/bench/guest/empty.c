// SPDX-License-Identifier: BSD-2-Clause
/*
 * Attaches a program that does nothing to three functions that the tracer hooks, and stays until
 * its input ends. Its cost in the kernel's statistics is the cost of the statistics themselves.
 */
#include <stdio.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static const struct {
	const char *name;
	const char *function;
} programs[] = {
	{"none_establish", "tcp_rcv_established"},
	{"none_state_proc", "tcp_rcv_state_process"},
	{"none_transmit", "__tcp_transmit_skb"},
};

static int attach(const char *name, const char *function)
{
	/* r0 = 0; exit */
	const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int id = libbpf_find_vmlinux_btf_id(function, BPF_TRACE_FENTRY), fd;
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = id);

	if (id < 0)
		return -1;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, name, "GPL", code, sizeof(code) / sizeof(code[0]),
			   &opts);
	return fd < 0 ? fd : bpf_raw_tracepoint_open(NULL, fd);
}

int main(void)
{
	char byte;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (attach(programs[i].name, programs[i].function) < 0) {
			perror(programs[i].function);
			return 1;
		}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
