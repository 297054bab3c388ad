/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Fills the blocks after a record with the fields of group_fields.def, for the groups that were
 * asked for. The verifier removes the code of the others.
 */
#ifndef SIFTR_GROUPS_BPF_H
#define SIFTR_GROUPS_BPF_H

#include "identity_fields.bpf.h"
#include "origin.bpf.h"
#include "packet_fields.bpf.h"
#include "sock_fields.bpf.h"
#include "state_fields.bpf.h"

#define ALWAYS				 1
#define NEVER				 0
#define EXISTS(pointer, member)		 bpf_core_field_exists((pointer)->member)
#define COMPUTED(expression, members...) expression

/*
 * Each group gets a function capture_NAME(), which fills its block. `answer`: the packet is the
 * reset that answers `skb`. `origin`: the connection's handshake and process, see origin.bpf.h;
 * NULL if they are not known or no group that was asked for needs them. `weight`: how many packets
 * the line stands for.
 */
#define GROUP(name, help)                                                                          \
	static __always_inline void capture_##name(                                                \
		struct siftr_##name##_group *block, const struct sock *sk,                         \
		const struct tcp_sock *tp, const struct sk_buff *skb, __u32 direction, __u8 state, \
		bool answer, const struct siftr_origin *origin, __u64 weight)                      \
	{                                                                                          \
		const struct inet_connection_sock *icsk __attribute__((unused)) =                  \
			tcp_inet_csk(tp);                                                          \
		const __u32 first = SIFTR_FIRST_##name;                                            \
		__u32 bits = 0;
#define GROUP_FIELD(group, name, type, unit, known_if, read, lacking, help) \
	if (known_if) {                                                     \
		block->name = (read);                                       \
		bits |= 1U << (SIFTR_FIELD_##name - first);                 \
	}
#define GROUP_TEXT(group, name, known_if, read, lacking, help) \
	if (known_if) {                                        \
		struct in6_words words = read_in6_words(read); \
		block->name[0] = words.high;                   \
		block->name[1] = words.low;                    \
		bits |= 1U << (SIFTR_FIELD_##name - first);    \
	}
#define GROUP_WORDS(group, name, words, known_if, from) \
	if (known_if)                                   \
		bpf_probe_read_kernel(block->name, sizeof(block->name), &(from));
#define GROUP_END(name)      \
	block->known = bits; \
	}
#include <siftr/group_fields.def>

static __always_inline void capture_groups(struct siftr_record *record, struct sock *sk,
					   const struct tcp_sock *tp, const struct sk_buff *skb,
					   __u32 direction, __u8 state, bool answer, __u32 isn,
					   __u64 weight)
{
	const struct siftr_origin *origin =
		load_config.groups & SIFTR_ORIGIN_GROUPS ? origin_find(sk, isn) : NULL;

#define GROUP(name, help)                                                                         \
	if (load_config.groups & SIFTR_GROUP_BIT(name))                                           \
		capture_##name((void *)record + load_config.group_offset[SIFTR_GROUP_##name], sk, \
			       tp, skb, direction, state, answer, origin, weight);
#include <siftr/group_fields.def>
}

#undef ALWAYS
#undef NEVER
#undef EXISTS
#undef COMPUTED

#endif
