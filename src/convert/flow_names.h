/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers under which the BPF programs announce flows, and where each flow is in the table. The
 * programs count the numbers up, so an array is enough; a flow may have several.
 */
#ifndef SIFTR_CONVERT_FLOW_NAMES_H
#define SIFTR_CONVERT_FLOW_NAMES_H

#include <stddef.h>
#include <linux/types.h>

#define FLOW_NAMES_NONE (~0U)

struct flow_names {
	__u32 *positions; /* in the table; FLOW_NAMES_NONE: not announced */
	__u32 first;	  /* the number of positions[0] */
	size_t count;
	size_t room;
};

/*
 * Stores the position of a number. 0 or a negative errno: -EINVAL if the number cannot be the
 * programs', as it is far from all others.
 */
int flow_names__set(struct flow_names *names, __u32 number, __u32 position);

/* Forgets all numbers before `number`, one after the last at most. */
void flow_names__forget(struct flow_names *names, __u32 number);

/* One after the last number stored. */
static inline __u32 flow_names__end(const struct flow_names *names)
{
	return names->first + (__u32)names->count;
}

static inline const __u32 *flow_names__at(const struct flow_names *names, __u32 number)
{
	static const __u32 none = FLOW_NAMES_NONE;
	__u32 i = number - names->first;

	return i < names->count ? &names->positions[i] : &none;
}

#endif
