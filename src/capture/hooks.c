// SPDX-License-Identifier: BSD-2-Clause
/*
 * The table of the hooked kernel functions. Whether this kernel has such a function is found out
 * by host_features.h.
 */
#include "capture/hooks.h"

#include <string.h>

#include "capture/host_features.h"

#define ONLY_WITH_LISTENER                                                              \
	"packets of no connection are counted only where somebody listens, and resets " \
	"in answer to them are not counted"

const struct hook hooks__all[HOOKS] = {
	[HOOK_RCV_ESTABLISHED] = {"rcv_established", "tcp_rcv_established", NULL},
	[HOOK_RCV_STATE_PROCESS] = {"rcv_state_process", "tcp_rcv_state_process", NULL},
	[HOOK_TRANSMIT_SKB] = {"transmit_skb", "__tcp_transmit_skb", NULL},
	[HOOK_TIMEWAIT] = {"timewait", "tcp_timewait_state_process",
			   "packets of time-wait sockets are not counted"},
	[HOOK_BACKLOG] = {"backlog", "tcp_add_backlog",
			  "packets that a socket backlog coalesced or dropped are not counted"},
	[HOOK_SEND_RESET_V4] = {"send_reset_v4", "tcp_v4_send_reset", "IPv4 " ONLY_WITH_LISTENER},
	[HOOK_SEND_RESET_V6] = {"send_reset_v6", "tcp_v6_send_reset", "IPv6 " ONLY_WITH_LISTENER},
	[HOOK_DESTROY_SOCK] = {"destroy_sock", "tcp_v4_destroy_sock",
			       "the --ppl counter of a closed connection stays in memory until "
			       "another connection takes its place"},
};

enum hook_index hooks__of(const struct bpf_program *program)
{
	const char *name = bpf_program__name(program);
	int hook = 0;

	while (hook < HOOKS) {
		size_t length = strlen(hooks__all[hook].program);

		if (!strncmp(name, hooks__all[hook].program, length) &&
		    (!name[length] || name[length] == '_'))
			break;
		hook++;
	}
	return hook;
}

bool hooks__is_optional(enum hook_index hook)
{
	return hook < HOOKS && hooks__all[hook].without;
}

unsigned int hooks__optional(void)
{
	unsigned int set = 0;

	for (int hook = 0; hook < HOOKS; hook++)
		if (hooks__all[hook].without)
			set |= HOOK_BIT(hook);
	return set;
}

unsigned int hooks__missing(enum attach_type type)
{
	enum host_hook needed = type == ATTACH_FENTRY ? HOST_HOOK_BTF : HOST_HOOK_SYMBOL;
	unsigned int set = 0;

	for (int hook = 0; hook < HOOKS; hook++)
		if (hooks__all[hook].without &&
		    host_features__find_hook(hooks__all[hook].function) < needed)
			set |= HOOK_BIT(hook);
	return set;
}
