// SPDX-License-Identifier: BSD-2-Clause
#include "accounting/accounting_json.h"

#include <errno.h>
#include <inttypes.h>

#include <siftr/array_size.h>

#include "accounting/accounting.h"
#include "accounting/recorder_rows.h"

/*
 * The hooks, of IPv4 and of IPv6, that count late packets for which there is no socket: unless both
 * are attached, the count of late packets is incomplete.
 */
#define SEND_RESET (HOOK_BIT(HOOK_SEND_RESET_V4) | HOOK_BIT(HOOK_SEND_RESET_V6))

static const struct {
	const char *name;
	enum siftr_outcome outcome;
} json_rows[] = {
	{"filtered_direction", SIFTR_FILTERED_DIRECTION},
	{"filtered_port", SIFTR_FILTERED_PORT},
	{"filtered_ip", SIFTR_FILTERED_IP},
	{"filtered_address", SIFTR_FILTERED_ADDRESS},
	{"filtered_netns", SIFTR_FILTERED_NETNS},
	{"filtered_uid", SIFTR_FILTERED_UID},
	{"filtered_mark", SIFTR_FILTERED_MARK},
	{"filtered_cc", SIFTR_FILTERED_CC},
	{"filtered_iface", SIFTR_FILTERED_IFACE},
	{"filtered_cgroup", SIFTR_FILTERED_CGROUP},
	{"filtered_pid", SIFTR_FILTERED_PID},
	{"filtered_comm", SIFTR_FILTERED_COMM},
	{"skipped_state", SIFTR_SKIPPED_STATE},
	{"skipped_sock", SIFTR_SKIPPED_SOCK},
	{"skipped_late", SIFTR_SKIPPED_LATE},
	{"dropped_backlog", SIFTR_DROPPED_BACKLOG},
	{"sampled", SIFTR_SAMPLED},
	{"lost_ring", SIFTR_LOST_RING},
	{"lost_flow", SIFTR_LOST_FLOW},
	{"lost_flow_full", SIFTR_LOST_FLOW_FULL},
	{"records", SIFTR_RECORDS},
};

static void write_direction(const struct accounting *accounting, int direction, FILE *stream)
{
	const __u64 *of = accounting->kernel.of[direction];

	fprintf(stream,
		"{\"hook_runs\": %" PRIu64 ", \"seen\": %" PRIu64 ", \"filtered\": %" PRIu64,
		(uint64_t)(accounting__seen(accounting, direction) +
			   accounting__filtered(accounting, direction)),
		(uint64_t)accounting__seen(accounting, direction),
		(uint64_t)accounting__filtered(accounting, direction));
	for (size_t i = 0; i < ARRAY_SIZE(json_rows); i++)
		fprintf(stream, ", \"%s\": %" PRIu64, json_rows[i].name,
			(uint64_t)of[json_rows[i].outcome]);
	fprintf(stream,
		", \"rests\": %" PRIu64 ", \"lost_weight\": %" PRIu64 ", \"lost_output\": %" PRIu64
		", \"lost_log\": %" PRIu64 ", \"after_end\": %" PRIu64 ", \"lines\": %" PRIu64,
		(uint64_t)accounting->rests[direction], (uint64_t)of[SIFTR_LOST_WEIGHT],
		(uint64_t)accounting->lost_output[direction],
		(uint64_t)accounting->lost_log[direction],
		(uint64_t)accounting->after_end[direction], (uint64_t)accounting->lines[direction]);
	if (accounting->has_recorder)
		recorder_rows__write_json(&accounting->recorder, direction, stream);
	fputc('}', stream);
}

static void write_known(FILE *stream, bool known, __u64 value)
{
	if (known)
		fprintf(stream, "%" PRIu64, (uint64_t)value);
	else
		fputs("null", stream);
}

static void write_left_out(unsigned int hooks, FILE *stream)
{
	const char *separator = "";

	fputs(",\n  \"left_out\": [", stream);
	for (int hook = 0; hook < HOOKS; hook++) {
		if (!(hooks & HOOK_BIT(hook)))
			continue;
		fprintf(stream, "%s\"%s\"", separator, hooks__all[hook].function);
		separator = ", ";
	}
	fputs("]", stream);
}

int accounting_json__write(const struct accounting *accounting, FILE *stream)
{
	fputs(ACCOUNTING_JSON_BEGINNING, stream);
	write_direction(accounting, SIFTR_IN, stream);
	fputs(",\n  \"out\": ", stream);
	write_direction(accounting, SIFTR_OUT, stream);
	fprintf(stream, ",\n  \"flows\": %" PRIu64 ",\n  \"unexplained\": %" PRId64,
		(uint64_t)accounting->flows, (int64_t)accounting__unexplained(accounting));
	if (accounting->has_recorder)
		fprintf(stream, ",\n  \"episodes\": %" PRIu64,
			(uint64_t)accounting->recorder.episodes);
	fprintf(stream, ",\n  \"ppl_changes\": %u,\n  \"ppl_highest\": %u", accounting->ppl_changes,
		accounting->ppl_highest);
	fputs(",\n  \"merged\": ", stream);
	write_known(stream, accounting->coalesced_known,
		    accounting->kernel.of[SIFTR_IN][SIFTR_COALESCED]);
	fprintf(stream, ",\n  \"backlog_known\": %s",
		accounting->coalesced_known ? "true" : "false");
	fprintf(stream, ",\n  \"late_known\": %s",
		accounting->left_out & SEND_RESET ? "false" : "true");
	write_left_out(accounting->left_out, stream);
	fputs(",\n  \"missed\": {", stream);
	for (size_t i = 0; i < accounting->nr_hooks; i++) {
		fprintf(stream, "%s\"%s\": ", i ? ", " : "", accounting->missed[i].hook);
		write_known(stream, accounting->missed[i].runs != PROG_MISSES_UNKNOWN,
			    accounting->missed[i].runs);
	}
	fprintf(stream, "},\n  \"unobserved_ns\": %" PRIu64, (uint64_t)accounting->unobserved_ns);
	fputs(",\n  \"marks\": ", stream);
	marks__write_json(accounting->marks, stream);
	fprintf(stream,
		",\n  \"hooks\": \"%s\",\n  \"preemption\": \"%s\",\n  \"flow_storage\": \"%s\"\n}\n",
		accounting->way, accounting->preemption, accounting->flow_storage);
	return ferror(stream) ? -EIO : 0;
}
