// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes the counts of a killed run's footer agree with its lines. The checkpoint says how many
 * lines were due when it was stored last. If the log has fewer, the others were records that were
 * never written: they are lost and count as skipped (malloc). If it has more, each further line is
 * a packet seen later, and stands for at least two packets at a ppl above 1.
 */
#include "repair/footer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <siftr/array_size.h>
#include <siftr/time_units.h>

#include "format/tuple.h"

#define COUNT_MAX (1ULL << 60)

static struct siftr_time later(struct siftr_time time, __u64 other_us)
{
	if (time.seconds * USEC_PER_SEC + time.microseconds >= other_us)
		return time;
	return row__time(other_us);
}

static void count_from_lines(const struct log_run *run, struct format_totals *totals)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		totals->packets[direction] = run->lines.by_direction[direction];
}

/* Whether the counts agree with the lines, and none is so large that sums could overflow. */
static bool is_plausible(const struct format_totals *totals, const __u64 lines[SIFTR_DIRECTIONS])
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		const __u64 counts[] = {totals->packets[direction],
					totals->skipped_malloc[direction],
					totals->skipped_tcpcb[direction],
					totals->skipped_inpcb[direction]};

		for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
			if (counts[i] > COUNT_MAX)
				return false;
		if (counts[1] + counts[2] + counts[3] + lines[direction] > counts[0])
			return false;
	}
	return true;
}

static void adjust_to_lines(const struct log_run *run, const struct checkpoint_counts *counts,
			    struct format_totals *totals, struct plan_run *result)
{
	*totals = counts->totals;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		__u64 due = counts->due[direction], lines = run->lines.by_direction[direction];

		if (lines < due) {
			totals->skipped_malloc[direction] += due - lines;
			result->lost_records += due - lines;
		} else {
			totals->packets[direction] += lines - due;
			result->later_lines += lines - due;
		}
	}
}

/*
 * Corrects the number of packets for a ppl of 2 or more, which shows by fewer lines than packets
 * that were not skipped. `check` then requires at least two packets for each line: those that are
 * missing are added to a direction that has lines after the checkpoint.
 */
static void adjust_to_ppl(const struct log_run *run, const struct checkpoint_counts *counts,
			  struct format_totals *totals)
{
	__u64 logged = 0, lines = line_counts__sum(&run->lines);

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		logged += totals->packets[direction] - totals->skipped_malloc[direction] -
			  totals->skipped_tcpcb[direction] - totals->skipped_inpcb[direction];
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		__u64 due = counts->due[direction];

		if (logged <= lines || logged >= 2 * lines ||
		    run->lines.by_direction[direction] <= due)
			continue;
		totals->packets[direction] += 2 * lines - logged;
		logged = 2 * lines;
	}
}

int footer__add_flows(struct log_run *run, const struct checkpoint_data *checkpoint)
{
	char text[TUPLE_ROOM];
	struct indexed_flow *flow;
	int err = 0;

	for (size_t i = 0; i < checkpoint->nr_flows && !err; i++) {
		char *end = tuple__write(text, &checkpoint->flows[i], TUPLE_COLUMNS);

		err = flow_index__find_or_add(&run->flow_index, text, (size_t)(end - text) - 1,
					      &flow);
	}
	return err;
}

/* Appends the flows that are not listed yet and the '\n'; returns the end. */
static char *write_list(char *out, const struct flow_index *index)
{
	for (size_t i = 0; i < index->nr_flows; i++)
		if (!index->flows[i].listed)
			out = tuple__separate(out, flow_index__text(index, &index->flows[i]),
					      index->flows[i].bytes, TUPLE_LIST_ENTRY);
	*out++ = '\n';
	return out;
}

/* Allocates a text in which a footer with all flows fits; NULL when out of memory. */
static char *allocate_footer(const struct flow_index *index)
{
	return malloc(FORMAT_FOOTER_MAX + index->text_bytes + index->nr_flows + 2);
}

static void fill_result(const struct log_run *run, const struct checkpoint_data *checkpoint,
			struct plan_run *result)
{
	result->lines = line_counts__sum(&run->lines);
	result->flows = log_run__nr_flows(run);
	if (!checkpoint)
		return;
	result->checkpoint_time = checkpoint->time;
	result->flows_missing = checkpoint->flows_missing;
}

/* Forgets which flows the truncated flow list has, as the list is going to be replaced. */
static void mark_all_unlisted(struct flow_index *index)
{
	for (size_t i = 0; i < index->nr_flows; i++)
		index->flows[i].listed = 0;
}

int footer__format(struct log_run *run, __u64 last_us, bool newline,
		   const struct checkpoint_data *checkpoint, char **text, size_t *bytes,
		   struct plan_run *result)
{
	const struct siftr_time epoch = {};
	struct siftr_time time = later(epoch, run->header.time_us);
	struct format_totals totals = {};
	int err = checkpoint ? footer__add_flows(run, checkpoint) : 0;
	char *out;

	if (checkpoint) {
		adjust_to_lines(run, &checkpoint->counts, &totals, result);
		adjust_to_ppl(run, &checkpoint->counts, &totals);
		time = later(checkpoint->time, run->header.time_us);
	}
	fill_result(run, checkpoint, result);
	if (!checkpoint || !is_plausible(&totals, run->lines.by_direction)) {
		totals = (struct format_totals){};
		count_from_lines(run, &totals);
		if (checkpoint)
			result->checkpoint_state = CHECKPOINT_DAMAGED;
	}
	out = *text = err ? NULL : allocate_footer(&run->flow_index);
	if (!out)
		return -ENOMEM;
	mark_all_unlisted(&run->flow_index);
	if (newline)
		*out++ = '\n';
	out = format_siftr.footer(out, later(time, last_us), &totals);
	*bytes = (size_t)(write_list(out, &run->flow_index) - *text);
	return 0;
}

int footer__format_missing_flows(struct log_run *run, const struct checkpoint_data *checkpoint,
				 char **text, size_t *bytes, struct plan_run *result)
{
	int err = checkpoint ? footer__add_flows(run, checkpoint) : 0;

	fill_result(run, checkpoint, result);
	*text = err ? NULL : allocate_footer(&run->flow_index);
	if (!*text)
		return -ENOMEM;
	*bytes = (size_t)(write_list(*text, &run->flow_index) - *text);
	return 0;
}
