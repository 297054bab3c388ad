// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sums the packet accounting and prints it as a table. The rows have the order of the stages at
 * which a packet can be dropped.
 */
#include "accounting/accounting.h"

#include <errno.h>
#include <inttypes.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "accounting/recorder_rows.h"
#include "report/plural.h"

static const struct {
	enum siftr_outcome outcome;
	const char *label;
	bool always; /* the row is printed even if its counts are 0 */
} kernel_rows[] = {
	{SIFTR_SKIPPED_STATE, "handshake or closed connection", true},
	{SIFTR_SKIPPED_SOCK, "time-wait, no state left to log", false},
	{SIFTR_SKIPPED_LATE, "late, no such connection (any more)", false},
	{SIFTR_DROPPED_BACKLOG, "socket backlog full, dropped by the kernel", false},
	{SIFTR_SAMPLED, "held back by --ppl, --every or --on-change", false},
	{SIFTR_LOST_RING, "dropped: ring buffer full, raise --ring-size", true},
	{SIFTR_LOST_FLOW, "dropped: no memory for the flow", false},
	{SIFTR_LOST_FLOW_FULL, "dropped: flow table full", false},
};

static const struct {
	enum siftr_outcome outcome;
	const char *label;
} filter_rows[] = {
	{SIFTR_FILTERED_DIRECTION, "- other direction"},
	{SIFTR_FILTERED_PORT, "- other ports"},
	{SIFTR_FILTERED_IP, "- other version of IP"},
	{SIFTR_FILTERED_ADDRESS, "- other addresses"},
	{SIFTR_FILTERED_NETNS, "- other network namespaces"},
	{SIFTR_FILTERED_UID, "- other users"},
	{SIFTR_FILTERED_MARK, "- other marks"},
	{SIFTR_FILTERED_CC, "- other congestion controls"},
	{SIFTR_FILTERED_IFACE, "- other interfaces"},
	{SIFTR_FILTERED_CGROUP, "- other cgroups"},
	{SIFTR_FILTERED_PID, "- other processes"},
	{SIFTR_FILTERED_COMM, "- other names of processes"},
};

__u64 accounting__filtered(const struct accounting *accounting, int direction)
{
	__u64 sum = 0;

	for (int outcome = 0; outcome < SIFTR_FIRST_SEEN; outcome++)
		sum += accounting->kernel.of[direction][outcome];
	return sum;
}

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
			accounting__seen(accounting, direction) - accounting->after_end[direction] -
			recorder_counts__held(&accounting->recorder, direction);
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
		part->rests[direction] -= before->rests[direction];
	}
	recorder_counts__subtract(&part->recorder, &before->recorder);
}

__s64 accounting__unexplained(const struct accounting *accounting)
{
	__s64 rest = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		rest += accounting->kernel.of[direction][SIFTR_RECORDS] +
			accounting->rests[direction] - accounting->lines[direction] -
			accounting->lost_output[direction] - accounting->lost_log[direction] -
			accounting->after_end[direction] -
			recorder_counts__held(&accounting->recorder, direction);
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

/* Linux 6.2 to 6.6 count the skipped runs of fentry programs, and not those of kprobes. */
static void print_uncounted(const struct accounting *accounting, FILE *stream)
{
	size_t uncounted = 0;

	for (size_t i = 0; i < accounting->nr_hooks; i++)
		uncounted += accounting->missed[i].runs == PROG_MISSES_UNKNOWN;
	if (uncounted && uncounted == accounting->nr_hooks) {
		fputs("  this kernel does not count suppressed runs of the hooks\n", stream);
		return;
	}
	for (size_t i = 0; i < accounting->nr_hooks && uncounted; i++)
		if (accounting->missed[i].runs == PROG_MISSES_UNKNOWN)
			fprintf(stream, "  this kernel does not count suppressed runs of %s\n",
				accounting->missed[i].hook);
}

/*
 * Prints, below the table, what is in none of its rows: packets that did not reach a hook, as far
 * as they are counted, and the hooks and the time for which they are not.
 */
static void print_remarks(const struct accounting *accounting, FILE *stream)
{
	__u64 coalesced = accounting->kernel.of[SIFTR_IN][SIFTR_COALESCED];
	__u64 lost_weight = accounting->kernel.of[SIFTR_IN][SIFTR_LOST_WEIGHT] +
			    accounting->kernel.of[SIFTR_OUT][SIFTR_LOST_WEIGHT];

	if (accounting->ppl_changes)
		fprintf(stream, "  --max-rate changed ppl %u time%s, to %u at most\n",
			accounting->ppl_changes, plural__ending(accounting->ppl_changes),
			accounting->ppl_highest);
	if (lost_weight)
		fprintf(stream, "  %" PRIu64 " packet%s in the weight of no line\n",
			(uint64_t)lost_weight, plural__ending(lost_weight));
	if (coalesced)
		fprintf(stream,
			"  %" PRIu64
			" packet%s coalesced in the socket backlog (TCPBacklogCoalesce)\n",
			(uint64_t)coalesced, plural__ending(coalesced));
	if (!accounting->coalesced_known && !(accounting->left_out & HOOK_BIT(HOOK_BACKLOG)))
		fprintf(stream, "  %s\n", hooks__all[HOOK_BACKLOG].without);
	for (int hook = 0; hook < HOOKS; hook++)
		if (accounting->left_out & HOOK_BIT(hook))
			fprintf(stream, "  without the hook %s: %s\n", hooks__all[hook].function,
				hooks__all[hook].without);
	for (size_t i = 0; i < accounting->nr_hooks; i++)
		if (accounting->missed[i].runs && accounting->missed[i].runs != PROG_MISSES_UNKNOWN)
			fprintf(stream, "  %" PRIu64 " run%s of %s suppressed by the kernel\n",
				(uint64_t)accounting->missed[i].runs,
				plural__ending(accounting->missed[i].runs),
				accounting->missed[i].hook);
	if (accounting->unobserved_ns)
		fprintf(stream, "  UNOBSERVED: tracing was switched off for up to %.1f s\n",
			(double)accounting->unobserved_ns / NSEC_PER_SEC);
	print_uncounted(accounting, stream);
}

/* Prints the packets that filters refused, if there are any. */
static void print_filtered(const struct accounting *accounting, FILE *stream)
{
	const __u64 *in = accounting->kernel.of[SIFTR_IN], *out = accounting->kernel.of[SIFTR_OUT];
	__u64 filtered_in = accounting__filtered(accounting, SIFTR_IN),
	      filtered_out = accounting__filtered(accounting, SIFTR_OUT);

	if (!(filtered_in + filtered_out))
		return;
	print_row(stream, "packets at the hooks",
		  accounting__seen(accounting, SIFTR_IN) + filtered_in,
		  accounting__seen(accounting, SIFTR_OUT) + filtered_out);
	for (size_t i = 0; i < ARRAY_SIZE(filter_rows); i++)
		print_optional(stream, filter_rows[i].label, in[filter_rows[i].outcome],
			       out[filter_rows[i].outcome]);
}

static void print_kernel_rows(FILE *stream, const __u64 *in, const __u64 *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_rows); i++) {
		enum siftr_outcome outcome = kernel_rows[i].outcome;
		char label[64];

		snprintf(label, sizeof(label), "- %s", kernel_rows[i].label);
		if (kernel_rows[i].always || in[outcome] + out[outcome])
			print_row(stream, label, in[outcome], out[outcome]);
	}
}

/* Prints the rows of records that have no line in the log. */
static void print_user_rows(const struct accounting *accounting, FILE *stream)
{
	print_optional(stream, "- dropped: write error", accounting->lost_output[SIFTR_IN],
		       accounting->lost_output[SIFTR_OUT]);
	print_optional(stream, "- dropped: log deleted or truncated",
		       accounting->lost_log[SIFTR_IN], accounting->lost_log[SIFTR_OUT]);
	print_optional(stream, "- after the last line asked for", accounting->after_end[SIFTR_IN],
		       accounting->after_end[SIFTR_OUT]);
	recorder_rows__print(&accounting->recorder, stream, print_row);
	print_optional(stream, "+ last lines of flows, for their weights",
		       accounting->rests[SIFTR_IN], accounting->rests[SIFTR_OUT]);
}

void accounting__print(const struct accounting *accounting, FILE *stream)
{
	const __u64 *in = accounting->kernel.of[SIFTR_IN], *out = accounting->kernel.of[SIFTR_OUT];
	__s64 unexplained = accounting__unexplained(accounting);

	fprintf(stream, "siftr-bpf: %" PRIu64 " flow%s; where every packet went:\n",
		(uint64_t)accounting->flows, plural__ending(accounting->flows));
	fprintf(stream, "  %-46s %12s %12s %12s\n", "", "in", "out", "total");
	print_filtered(accounting, stream);
	print_row(stream, "packets seen", accounting__seen(accounting, SIFTR_IN),
		  accounting__seen(accounting, SIFTR_OUT));
	print_kernel_rows(stream, in, out);
	print_user_rows(accounting, stream);
	print_row(stream, "lines in the log", accounting->lines[SIFTR_IN],
		  accounting->lines[SIFTR_OUT]);
	print_remarks(accounting, stream);
	if (accounting->has_recorder)
		fprintf(stream, "  %" PRIu64 " episode%s in the log\n",
			(uint64_t)accounting->recorder.episodes,
			plural__ending(accounting->recorder.episodes));
	marks__print(accounting->marks, stream);
	if (unexplained)
		fprintf(stream,
			"  the accounting does NOT balance: %" PRId64 " records unaccounted for\n",
			(int64_t)unexplained);
}
