/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What is to be told when a flow ends: that it has ended and, where lines have weights, the packets
 * after its last line, each in a record of its own. Of flows that are still open when tracing ends,
 * user space reads them: those with a slot in the programs' memory, all others by iterators over
 * the maps of flow state.
 */
#ifndef SIFTR_REST_BPF_H
#define SIFTR_REST_BPF_H

#include "emit.bpf.h"
#include "flow_state.bpf.h"
#include "ring.bpf.h"

/* Whether each line says how many packets it stands for. */
static __always_inline bool lines_have_weights(void)
{
	return load_config.groups & SIFTR_GROUP_BIT(sample);
}

static __always_inline void capture_rest(struct siftr_record *record,
					 const struct siftr_flow_state *flow)
{
	struct siftr_sample_group *block =
		(void *)record + load_config.group_offset[SIFTR_GROUP_sample];

	record->flow = flow->number;
	block->weight = siftr_flow_rest(flow);
	block->ppl = live.ppl;
}

/* Submits the record of the flow's packets since its last line, if there are any. */
static __noinline __attribute__((unused)) int emit_rest(struct siftr_flow_state *flow)
{
	__u32 cpu = bpf_get_smp_processor_id(), direction = flow->direction & 1;
	struct siftr_record *record = NULL;

	if (!siftr_flow_rest(flow))
		return 0;
	if (flow->file)
		record = reserve_record(cpu);
	if (record) {
		count_outcome(cpu, direction, SIFTR_RESTS);
		stamp_record(record, direction, SIFTR_KIND_REST);
		capture_rest(record, flow);
		submit_record(record);
	} else {
		__sync_fetch_and_add(&cpu_counters(cpu)->of[direction][SIFTR_LOST_WEIGHT],
				     siftr_flow_rest(flow));
	}
	flow_restart_weight(flow);
	return 0;
}

/* For a socket that is destroyed. */
static __noinline __attribute__((unused)) int emit_rest_of(struct sock *sk)
{
	struct siftr_flow_state *flow = flow_lookup(sk);

	if (flow)
		emit_rest(flow);
	return 0;
}

/* Tells that the flow of a socket has ended that is destroyed, if the flow was announced. */
static __noinline __attribute__((unused)) int emit_end_of(struct sock *sk)
{
	struct siftr_flow_state *flow = flow_lookup(sk);
	__u32 cpu = bpf_get_smp_processor_id();
	struct siftr_record *record;

	if (!flow || !flow->file)
		return 0;
	record = reserve_record(cpu);
	if (!record)
		return 0;
	count_outcome(cpu, SIFTR_IN, SIFTR_ENDS);
	stamp_record(record, SIFTR_IN, SIFTR_KIND_END);
	record->flow = flow->number;
	submit_record(record);
	return 0;
}

/*
 * Ends the flow of a socket that is not connected: if it connects (again), that is a new flow,
 * whose packets are counted anew and whose filters are decided anew. At ppl 1 without weights and
 * filters of flows there is nothing to end, so do not call this: no packets are counted, and
 * make_record() recognises the new flow by its isn.
 */
static __always_inline void end_flow(struct sock *sk)
{
	struct siftr_flow_state *flow = flow_lookup(sk);

	if (!flow)
		return;
	if (lines_have_weights())
		emit_rest(flow);
	flow_begin(flow);
}

#define ITERATOR_META  0 /* arguments of both iterators */
#define ITERATOR_VALUE 3

/* Writes the flow's state to whoever reads the iterator. */
static __always_inline int write_state(__u64 *arguments)
{
	struct bpf_iter_meta *meta = (void *)arguments[ITERATOR_META];
	const struct siftr_flow_state *flow = (void *)arguments[ITERATOR_VALUE];
	struct siftr_rest rest;

	if (!flow || !siftr_flow_rest(flow))
		return 0;
	rest.weight = siftr_flow_rest(flow);
	rest.flow = flow->file ? flow->number : 0;
	rest.direction = flow->direction;
	bpf_seq_write(meta->seq, &rest, sizeof(rest));
	return 0;
}

SEC("iter/bpf_sk_storage_map")
int rests_by_socket(__u64 *arguments)
{
	return write_state(arguments);
}

SEC("iter/bpf_map_elem")
int rests_by_address(__u64 *arguments)
{
	return write_state(arguments);
}

#endif
