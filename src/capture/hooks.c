// SPDX-License-Identifier: BSD-2-Clause
/*
 * The table of the hooked kernel functions. Whether this kernel has such a function is found out
 * from its symbols and its type information.
 */
#include "capture/hooks.h"

#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>
#include <siftr/filter.h>

#include "capture/kernel_btf.h"
#include "capture/kernel_symbols.h"
#include "report/report.h"

#define ONLY_WITH_LISTENER                                                              \
	"packets of no connection are counted only where somebody listens, and resets " \
	"in answer to them are not counted"

#define WITHOUT_LISTENER "a connection has no owner until it is accepted"

const struct hook hooks__all[HOOKS] = {
	[HOOK_RCV_ESTABLISHED] = {.program = "rcv_established", .function = "tcp_rcv_established"},
	[HOOK_RCV_STATE_PROCESS] = {.program = "rcv_state_process",
				    .function = "tcp_rcv_state_process"},
	[HOOK_TRANSMIT_SKB] =
		{.program = "transmit_skb",
		 .function = "__tcp_transmit_skb",
		 .without = "sent packets are seen at ip_queue_xmit and inet6_csk_xmit, later: "
			    "rcv_wnd and the flags show the state after the header was made, "
			    "and packets for which there was no memory are not counted"},
	[HOOK_QUEUE_XMIT_V4] = {.program = "queue_xmit_v4", .function = "ip_queue_xmit"},
	[HOOK_QUEUE_XMIT_V6] = {.program = "queue_xmit_v6",
				.function = "inet6_csk_xmit",
				.without = "packets sent by IPv6 are not seen"},
	[HOOK_TIMEWAIT] = {.program = "timewait",
			   .function = "tcp_timewait_state_process",
			   .without = "packets of time-wait sockets are not counted"},
	[HOOK_BACKLOG] =
		{.program = "backlog",
		 .function = "tcp_add_backlog",
		 .without = "packets that a socket backlog coalesced or dropped are not counted"},
	[HOOK_SEND_RESET_V4] = {.program = "send_reset_v4",
				.function = "tcp_v4_send_reset",
				.without = "IPv4 " ONLY_WITH_LISTENER},
	[HOOK_SEND_RESET_V6] = {.program = "send_reset_v6",
				.function = "tcp_v6_send_reset",
				.without = "IPv6 " ONLY_WITH_LISTENER},
	[HOOK_DESTROY_SOCK] = {.program = "destroy_sock",
			       .function = "tcp_v4_destroy_sock",
			       .without = "the state of a closed connection stays in memory until "
					  "another connection takes its place"},
	[HOOK_HANDSHAKE] =
		{.program = "handshake",
		 .function = "tcp_set_state",
		 .without = "handshake_rtt and syn_retrans are absent, pid and comm until the "
			    "first send",
		 .groups = SIFTR_ORIGIN_GROUPS},
	[HOOK_CONNECT] = {.program = "connect",
			  .function = "tcp_connect",
			  .without = "pid and comm of a client are absent until its first send",
			  .groups = SIFTR_GROUP_BIT(identity),
			  .filters = SIFTR_FILTER_PROCESS},
	[HOOK_ACCEPT] = {.program = "accept",
			 .function = "inet_csk_accept",
			 .without = "pid and comm of a server are absent until its first send",
			 .groups = SIFTR_GROUP_BIT(identity),
			 .filters = SIFTR_FILTER_PROCESS},
	[HOOK_FIRST_SEND] = {.program = "first_send",
			     .function = "tcp_sendmsg_locked",
			     .without =
				     "pid and comm of connections older than the trace are absent",
			     .groups = SIFTR_GROUP_BIT(identity),
			     .filters = SIFTR_FILTER_PROCESS},
	[HOOK_RECEIVE] = {.program = "receive",
			  .function = "tcp_recvmsg",
			  .without = "a process that only receives does not become the owner",
			  .filters = SIFTR_FILTER_PROCESS},
	[HOOK_LISTEN] = {.program = "listen",
			 .function = "inet_csk_listen_start",
			 .without = WITHOUT_LISTENER,
			 .filters = SIFTR_FILTER_PROCESS},
	[HOOK_CHILD] = {.program = "child",
			.function = "inet_csk_complete_hashdance",
			.without = WITHOUT_LISTENER,
			.filters = SIFTR_FILTER_PROCESS},
	[HOOK_EARLY_CHILD] = {.program = "early_child",
			      .function = "inet_csk_reqsk_queue_add",
			      .without = "of Fast Open: " WITHOUT_LISTENER,
			      .filters = SIFTR_FILTER_PROCESS},
	[HOOK_CHANGE_CC] = {.program = "change_cc",
			    .function = "tcp_set_congestion_control",
			    .without = "--cc looks at the congestion control of every packet's "
				       "socket, which costs more",
			    .filters = SIFTR_FILTER_CC},
};

static bool is_named_for(const char *name, const char *hook)
{
	size_t length = strlen(hook);

	return !strncmp(name, hook, length) && (!name[length] || name[length] == '_');
}

/*
 * The programs behind a hook's first one have names of their own. They are found by the kernel
 * function, which is in the name of their section.
 */
enum hook_index hooks__of(const struct bpf_program *program)
{
	const char *name = bpf_program__name(program),
		   *slash = strchr(bpf_program__section_name(program), '/');
	int hook = 0;

	while (hook < HOOKS && !is_named_for(name, hooks__all[hook].program) &&
	       !(slash && !strcmp(slash + 1, hooks__all[hook].function)))
		hook++;
	return hook;
}

/* HOOK_TRANSMIT_SKB is not optional: without it the HOOK_QUEUE_XMIT_* hooks are needed. */
bool hooks__is_optional(enum hook_index hook)
{
	return hook < HOOKS && hook != HOOK_TRANSMIT_SKB && hooks__all[hook].without;
}

unsigned int hooks__optional(void)
{
	unsigned int set = 0;

	for (int hook = 0; hook < HOOKS; hook++)
		if (hooks__is_optional(hook))
			set |= HOOK_BIT(hook);
	return set;
}

unsigned int hooks__unused(unsigned int groups, unsigned int filters)
{
	unsigned int set = 0;

	for (int hook = 0; hook < HOOKS; hook++)
		if ((hooks__all[hook].groups || hooks__all[hook].filters) &&
		    !(hooks__all[hook].groups & groups) && !(hooks__all[hook].filters & filters))
			set |= HOOK_BIT(hook);
	return filters & SIFTR_FILTER_UNTOLD_CC ? set | HOOK_BIT(HOOK_CHANGE_CC) : set;
}

static void find_types(const struct btf *btf, bool found[HOOKS])
{
	for (__u32 id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name;

		if (!btf_is_func(type))
			continue;
		name = btf__name_by_offset(btf, type->name_off);
		for (int hook = 0; hook < HOOKS; hook++)
			if (*name == *hooks__all[hook].function &&
			    !strcmp(name, hooks__all[hook].function))
				found[hook] = true;
	}
}

/*
 * Whether the type information has the hook's function. Finding a name there means looking at all
 * 130,000 types, so those of all hooks are looked for at once, and the answers are kept.
 */
static bool has_type(enum hook_index hook)
{
	static bool found[HOOKS], looked;
	const struct btf *btf;

	if (!looked && !kernel_btf__get(&btf)) {
		find_types(btf, found);
		looked = true;
	}
	return found[hook];
}

/* The symbol of the hook's function in this kernel; the first call reads those of all hooks. */
static const struct kernel_symbol *find_symbol(enum hook_index hook)
{
	static struct kernel_symbol symbols[HOOKS];
	FILE *stream;

	if (symbols[0].function)
		return &symbols[hook];
	for (int i = 0; i < HOOKS; i++)
		symbols[i].function = hooks__all[i].function;
	stream = fopen(KERNEL_SYMBOLS_PATH, "re");
	kernel_symbols__find(stream, symbols, HOOKS);
	if (stream)
		fclose(stream);
	return &symbols[hook];
}

/*
 * For fentry the kernel finds a function by the name in its type information, so a function whose
 * symbol has a suffix is left to kprobes. If the suffix means that arguments were changed, the type
 * information has the function only if its arguments are where its type says: that is checked when
 * the type information is generated. If the function was copied, the copies take packets away from
 * the hook; HOOK_TRANSMIT_SKB and HOOK_CHANGE_CC are then not offered, because tracing can do
 * without them.
 */
bool hooks__is_offered(enum hook_index hook, enum attach_type type)
{
	const struct kernel_symbol *symbol = find_symbol(hook);
	bool typed = has_type(hook), by_kprobe = attach_way__is_kprobe(type);

	switch (symbol->kind) {
	case KERNEL_SYMBOL_UNKNOWN:
		return typed;
	case KERNEL_SYMBOL_ABSENT:
		return false;
	case KERNEL_SYMBOL_COPIED:
		if (hook == HOOK_TRANSMIT_SKB || hook == HOOK_CHANGE_CC)
			return false;
		/* fall through */
	case KERNEL_SYMBOL_PLAIN:
		return by_kprobe || typed || symbol->in_module;
	case KERNEL_SYMBOL_RENAMED:
		return by_kprobe && symbol->name[0];
	case KERNEL_SYMBOL_CHANGED:
		return by_kprobe && symbol->name[0] && typed;
	}
	return false;
}

/* With typed kprobes too, the optional hooks except HOOK_QUEUE_XMIT_V6 have fentry programs. */
unsigned int hooks__missing(enum attach_type type)
{
	enum attach_type by = type == ATTACH_KPROBE ? ATTACH_KPROBE : ATTACH_FENTRY;
	unsigned int set = 0;

	for (int hook = 0; hook < HOOKS; hook++)
		if (hooks__is_optional(hook) && !hooks__is_offered(hook, by))
			set |= HOOK_BIT(hook);
	return set;
}

const char *hooks__symbol(enum hook_index hook)
{
	const struct kernel_symbol *symbol = find_symbol(hook);

	if (symbol->kind == KERNEL_SYMBOL_RENAMED || symbol->kind == KERNEL_SYMBOL_CHANGED)
		return symbol->name;
	return symbol->function;
}

bool hooks__describe(enum hook_index hook, char *text, size_t bytes)
{
	const struct kernel_symbol *symbol = find_symbol(hook);
	bool by_fentry = hooks__is_offered(hook, ATTACH_FENTRY),
	     by_kprobe = hooks__is_offered(hook, ATTACH_KPROBE);

	if (by_fentry)
		snprintf(text, bytes, "%s", "found: attached by fentry or kprobe");
	else if (by_kprobe && strcmp(hooks__symbol(hook), symbol->function))
		snprintf(text, bytes, "found as %s: attached by kprobe only, which costs more",
			 symbol->name);
	else if (by_kprobe)
		snprintf(text, bytes, "%s",
			 "found, without its types: attached by kprobe only, which costs more");
	else if (symbol->kind == KERNEL_SYMBOL_CHANGED)
		snprintf(text, bytes, "found as %s, whose arguments may have changed",
			 symbol->name);
	else if (symbol->kind == KERNEL_SYMBOL_COPIED)
		snprintf(text, bytes, "%s", "copied or split by the compiler");
	else
		snprintf(text, bytes, "%s", "not in this kernel");
	return by_fentry || by_kprobe;
}

void hooks__report_left_out(unsigned int hooks)
{
	for (int hook = 0; hook < HOOKS; hook++)
		if (hooks & HOOK_BIT(hook))
			report_notice("%s cannot be hooked in this kernel: %s",
				      hooks__all[hook].function, hooks__all[hook].without);
}
