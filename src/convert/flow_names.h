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
	__u32 *positions; /* in the flow table, by number; FLOW_NAMES_NONE: not announced */
	__u32 first;	  /* the number of positions[0] */
	size_t count;	  /* how many numbers, from `first` on, `positions` has */
	size_t room;	  /* how many numbers fit `positions` */
};

/*
 * Stores at which position of the flow table the flow announced under `number` is. 0, -ENOMEM, or
 * -EINVAL for a number so far from all others that the programs cannot have assigned it.
 */
int flow_names__set(struct flow_names *names, __u32 number, __u32 position);

/* Forgets all numbers before `number`; changes nothing if it is after flow_names__end(). */
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
