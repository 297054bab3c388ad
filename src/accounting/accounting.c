// SPDX-License-Identifier: BSD-2-Clause
/*
 * Prints the packet accounting as a table and as JSON. The rows have the order of the stages at
 * which a packet can be dropped.
 */
#include "accounting/accounting.h"

#include <errno.h>
#include <inttypes.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

/*
 * The hooks, of IPv4 and of IPv6, that count late packets for which there is no socket: unless both
 * are attached, the count of late packets is incomplete.
 */
#define SEND_RESET (HOOK_BIT(HOOK_SEND_RESET_V4) | HOOK_BIT(HOOK_SEND_RESET_V6))

static const struct {
	enum siftr_outcome outcome;
	const char *label;
	bool always; /* the row is printed even if its counts are 0 */
} kernel_rows[] = {
	{SIFTR_SKIPPED_STATE, "handshake or closed connection", true},
	{SIFTR_SKIPPED_SOCK, "time-wait, no state left to log", false},
	{SIFTR_SKIPPED_LATE, "late, no such connection (any more)", false},
	{SIFTR_DROPPED_BACKLOG, "socket backlog full, dropped by the kernel", false},
	{SIFTR_SAMPLED, "held back by --ppl", false},
	{SIFTR_LOST_RING, "dropped: ring buffer full, raise --ring-size", true},
	{SIFTR_LOST_FLOW, "dropped: no memory for the flow", false},
	{SIFTR_LOST_FLOW_FULL, "dropped: flow table full", false},
};

/* Selected packets for which the BPF programs could not submit a record. */
static __u64 kernel_lost(const struct accounting *accounting, int direction)
{
	const __u64 *of = accounting->kernel.of[direction];

	return of[SIFTR_LOST_RING] + of[SIFTR_LOST_FLOW] + of[SIFTR_LOST_FLOW_FULL];
}

__u64 accounting__seen(const struct accounting *accounting, int direction)
{
	const __u64 *of = accounting->kernel.of[direction];

	return of[SIFTR_SKIPPED_STATE] + of[SIFTR_SKIPPED_SOCK] + of[SIFTR_SKIPPED_LATE] +
	       of[SIFTR_DROPPED_BACKLOG] + of[SIFTR_SAMPLED] + kernel_lost(accounting, direction) +
	       of[SIFTR_RECORDS];
}

__u64 accounting__lost(const struct accounting *accounting)
{
	__u64 lost = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		lost += kernel_lost(accounting, direction) + accounting->lost_output[direction] +
			accounting->lost_log[direction];
	return lost;
}

void accounting__totals(const struct accounting *accounting, struct format_totals *totals)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		const __u64 *of = accounting->kernel.of[direction];

		totals->packets[direction] =
			accounting__seen(accounting, direction) - accounting->after_end[direction];
		totals->skipped_malloc[direction] = kernel_lost(accounting, direction) +
						    accounting->lost_output[direction] +
						    accounting->lost_log[direction];
		totals->skipped_tcpcb[direction] =
			of[SIFTR_SKIPPED_STATE] + of[SIFTR_DROPPED_BACKLOG];
		totals->skipped_inpcb[direction] = of[SIFTR_SKIPPED_SOCK] + of[SIFTR_SKIPPED_LATE];
	}
}

void accounting__since(const struct accounting *now, const struct accounting *before,
		       struct accounting *part)
{
	*part = *now;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		for (int outcome = 0; outcome < SIFTR_OUTCOMES; outcome++)
			part->kernel.of[direction][outcome] -=
				before->kernel.of[direction][outcome];
		part->lines[direction] -= before->lines[direction];
		part->lost_output[direction] -= before->lost_output[direction];
		part->lost_log[direction] -= before->lost_log[direction];
		part->after_end[direction] -= before->after_end[direction];
	}
}

__s64 accounting__unexplained(const struct accounting *accounting)
{
	__s64 rest = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		rest += accounting->kernel.of[direction][SIFTR_RECORDS] -
			accounting->lines[direction] - accounting->lost_output[direction] -
			accounting->lost_log[direction] - accounting->after_end[direction];
	return rest;
}

static void print_row(FILE *stream, const char *label, __u64 in, __u64 out)
{
	fprintf(stream, "  %-46s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", label, (uint64_t)in,
		(uint64_t)out, (uint64_t)(in + out));
}

static void print_optional(FILE *stream, const char *label, __u64 in, __u64 out)
{
	if (in + out)
		print_row(stream, label, in, out);
}

__u64 accounting__missed(const struct accounting *accounting)
{
	__u64 runs = 0;

	for (size_t i = 0; i < accounting->nr_hooks; i++)
		if (accounting->missed[i].runs != PROG_MISSES_UNKNOWN)
			runs += accounting->missed[i].runs;
	return runs;
}

/*
 * Prints, below the table, what is in none of its rows: packets that did not reach a hook, as far
 * as they are counted, and the hooks and the time for which they are not.
 */
static void print_remarks(const struct accounting *accounting, FILE *stream)
{
	__u64 coalesced = accounting->kernel.of[SIFTR_IN][SIFTR_COALESCED];

	if (coalesced)
		fprintf(stream,
			"  %" PRIu64
			" packets coalesced in the socket backlog (TCPBacklogCoalesce)\n",
			(uint64_t)coalesced);
	if (!accounting->coalesced_known && !(accounting->left_out & HOOK_BIT(HOOK_BACKLOG)))
		fprintf(stream, "  %s\n", hooks__all[HOOK_BACKLOG].without);
	for (int hook = 0; hook < HOOKS; hook++)
		if (accounting->left_out & HOOK_BIT(hook))
			fprintf(stream, "  without the hook %s: %s\n", hooks__all[hook].function,
				hooks__all[hook].without);
	for (size_t i = 0; i < accounting->nr_hooks; i++)
		if (accounting->missed[i].runs && accounting->missed[i].runs != PROG_MISSES_UNKNOWN)
			fprintf(stream, "  %" PRIu64 " runs of %s suppressed by the kernel\n",
				(uint64_t)accounting->missed[i].runs, accounting->missed[i].hook);
	if (accounting->unobserved_ns)
		fprintf(stream, "  UNOBSERVED: tracing was switched off for up to %.1f s\n",
			(double)accounting->unobserved_ns / NSEC_PER_SEC);
	if (accounting->nr_hooks && accounting->missed[0].runs == PROG_MISSES_UNKNOWN)
		fputs("  this kernel does not count suppressed runs of the hooks\n", stream);
}

void accounting__print(const struct accounting *accounting, FILE *stream)
{
	const __u64 *in = accounting->kernel.of[SIFTR_IN], *out = accounting->kernel.of[SIFTR_OUT];
	__s64 unexplained = accounting__unexplained(accounting);

	fprintf(stream, "siftr-bpf: %" PRIu64 " flows; where every packet went:\n",
		(uint64_t)accounting->flows);
	fprintf(stream, "  %-46s %12s %12s %12s\n", "", "in", "out", "total");
	if (in[SIFTR_FILTERED] + out[SIFTR_FILTERED]) {
		print_row(stream, "packets at the hooks",
			  accounting__seen(accounting, SIFTR_IN) + in[SIFTR_FILTERED],
			  accounting__seen(accounting, SIFTR_OUT) + out[SIFTR_FILTERED]);
		print_row(stream, "- other ports or directions", in[SIFTR_FILTERED],
			  out[SIFTR_FILTERED]);
	}
	print_row(stream, "packets seen", accounting__seen(accounting, SIFTR_IN),
		  accounting__seen(accounting, SIFTR_OUT));
	for (size_t i = 0; i < ARRAY_SIZE(kernel_rows); i++) {
		enum siftr_outcome outcome = kernel_rows[i].outcome;
		char label[64];

		snprintf(label, sizeof(label), "- %s", kernel_rows[i].label);
		if (kernel_rows[i].always || in[outcome] + out[outcome])
			print_row(stream, label, in[outcome], out[outcome]);
	}
	print_optional(stream, "- dropped: write error", accounting->lost_output[SIFTR_IN],
		       accounting->lost_output[SIFTR_OUT]);
	print_optional(stream, "- dropped: log deleted or truncated",
		       accounting->lost_log[SIFTR_IN], accounting->lost_log[SIFTR_OUT]);
	print_optional(stream, "- after the last line asked for", accounting->after_end[SIFTR_IN],
		       accounting->after_end[SIFTR_OUT]);
	print_row(stream, "lines in the log", accounting->lines[SIFTR_IN],
		  accounting->lines[SIFTR_OUT]);
	print_remarks(accounting, stream);
	if (unexplained)
		fprintf(stream,
			"  the accounting does NOT balance: %" PRId64 " records unaccounted for\n",
			(int64_t)unexplained);
}

static const struct {
	const char *name;
	enum siftr_outcome outcome;
} json_rows[] = {
	{"filtered", SIFTR_FILTERED},
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

	fprintf(stream, "{\"hook_runs\": %" PRIu64 ", \"seen\": %" PRIu64,
		(uint64_t)(accounting__seen(accounting, direction) + of[SIFTR_FILTERED]),
		(uint64_t)accounting__seen(accounting, direction));
	for (size_t i = 0; i < ARRAY_SIZE(json_rows); i++)
		fprintf(stream, ", \"%s\": %" PRIu64, json_rows[i].name,
			(uint64_t)of[json_rows[i].outcome]);
	fprintf(stream,
		", \"lost_output\": %" PRIu64 ", \"lost_log\": %" PRIu64 ", \"after_end\": %" PRIu64
		", \"lines\": %" PRIu64 "}",
		(uint64_t)accounting->lost_output[direction],
		(uint64_t)accounting->lost_log[direction],
		(uint64_t)accounting->after_end[direction], (uint64_t)accounting->lines[direction]);
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

int accounting__write_json(const struct accounting *accounting, FILE *stream)
{
	fputs("{\n  \"in\": ", stream);
	write_direction(accounting, SIFTR_IN, stream);
	fputs(",\n  \"out\": ", stream);
	write_direction(accounting, SIFTR_OUT, stream);
	fprintf(stream, ",\n  \"flows\": %" PRIu64 ",\n  \"unexplained\": %" PRId64,
		(uint64_t)accounting->flows, (int64_t)accounting__unexplained(accounting));
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
	fprintf(stream,
		",\n  \"hooks\": \"%s\",\n  \"preemption\": \"%s\",\n  \"flow_storage\": \"%s\"\n}\n",
		accounting->way, accounting->preemption, accounting->flow_storage);
	return ferror(stream) ? -EIO : 0;
}
