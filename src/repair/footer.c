// SPDX-License-Identifier: BSD-2-Clause
/*
 * The lines of the file are the truth; the counts have to agree with them. A
 * checkpoint knows how many lines there would be once all records of its moment
 * were written. Fewer: the rest died in the rings, lost for want of memory to
 * keep them. More: the run went on after it, and each line was one packet more.
 */
#include "repair/footer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define US_PER_SECOND 1000000ULL
#define COUNT_MAX     (1ULL << 60)

static struct siftr_time later(struct siftr_time time, __u64 other_us)
{
	if (time.seconds * US_PER_SECOND + time.microseconds >= other_us)
		return time;
	return (struct siftr_time){other_us / US_PER_SECOND, (__u32)(other_us % US_PER_SECOND)};
}

static void count_from_lines(const struct log_run *run, struct format_totals *totals)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		totals->packets[direction] = run->lines[direction];
}

/* Far from where sums wrap. */
static bool is_plausible(const struct format_totals *totals, const __u64 lines[SIFTR_DIRECTIONS])
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		const __u64 counts[] = {totals->packets[direction],
					totals->skipped_malloc[direction],
					totals->skipped_tcpcb[direction],
					totals->skipped_inpcb[direction]};

		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
			if (counts[i] > COUNT_MAX)
				return false;
		if (counts[1] + counts[2] + counts[3] + lines[direction] > counts[0])
			return false;
	}
	return true;
}

static void settle_with_lines(const struct log_run *run, const struct checkpoint_counts *counts,
			      struct format_totals *totals, struct plan_run *result)
{
	*totals = counts->totals;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		__u64 due = counts->due[direction], lines = run->lines[direction];

		if (lines < due) {
			totals->skipped_malloc[direction] += due - lines;
			result->unwritten += due - lines;
		} else {
			totals->packets[direction] += lines - due;
			result->younger += lines - due;
		}
	}
}

/*
 * Packets held back tell of a ppl of 2 or more, where each younger line was two packets
 * at least. As many are counted as a check finds enough for the lines.
 */
static void settle_with_ppl(const struct log_run *run, const struct checkpoint_counts *counts,
			    struct format_totals *totals)
{
	__u64 logged = 0, lines = log_run__lines(run);

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		logged += totals->packets[direction] - totals->skipped_malloc[direction] -
			  totals->skipped_tcpcb[direction] - totals->skipped_inpcb[direction];
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		__u64 due = counts->due[direction];

		if (logged <= lines || logged >= 2 * lines || run->lines[direction] <= due)
			continue;
		totals->packets[direction] += 2 * lines - logged;
		logged = 2 * lines;
	}
}

/* "laddr,lport,faddr,fport" as a data line has it, without an end. */
static size_t tuple_columns(char *out, const struct siftr_flow_key *key)
{
	size_t bytes = (size_t)(format_siftr__tuple(out, key) - out) - 1;

	for (size_t i = 0; i < bytes; i++)
		if (out[i] == ';' || out[i] == '-')
			out[i] = ',';
	return bytes;
}

int footer__add_flows(struct log_run *run, const struct checkpoint_kept *kept)
{
	char text[FORMAT_TUPLE_MAX];
	struct census_flow *flow;
	int err = 0;

	for (size_t i = 0; i < kept->nr_flows && !err; i++) {
		size_t bytes = tuple_columns(text, &kept->flows[i]);

		err = flow_index__find(&run->census, text, bytes, &flow);
	}
	return err;
}

/* "laddr;lport-faddr;fport," */
static char *write_tuple(char *out, const struct flow_index *census, const struct census_flow *flow)
{
	int commas = 0;

	memcpy(out, flow_index__text(census, flow), flow->bytes);
	for (const char *end = out + flow->bytes; out < end; out++)
		if (*out == ',')
			*out = ++commas == 2 ? '-' : ';';
	*out++ = ',';
	return out;
}

/* The flows that no list has had yet, and the '\n'. */
static char *write_list(char *out, const struct flow_index *census)
{
	for (size_t i = 0; i < census->nr_flows; i++)
		if (!census->flows[i].listed)
			out = write_tuple(out, census, &census->flows[i]);
	*out++ = '\n';
	return out;
}

/* Room for a footer of all flows; NULL when out of memory. */
static char *make_room(const struct flow_index *census)
{
	return malloc(FORMAT_FOOTER_MAX + census->text_bytes + census->nr_flows + 2);
}

static void tell(const struct log_run *run, const struct checkpoint_kept *kept,
		 struct plan_run *result)
{
	result->lines = log_run__lines(run);
	result->flows = log_run__flows(run);
	if (!kept)
		return;
	result->kept = kept->time;
	result->flows_missing = kept->flows_missing;
}

/* A list that was cut short is written anew. */
static void forget_list(struct flow_index *census)
{
	for (size_t i = 0; i < census->nr_flows; i++)
		census->flows[i].listed = 0;
}

int footer__whole(struct log_run *run, __u64 last_us, bool newline,
		  const struct checkpoint_kept *kept, char **text, size_t *bytes,
		  struct plan_run *result)
{
	struct siftr_time never = {}, time = later(never, run->header.time_us);
	struct format_totals totals = {};
	int err = kept ? footer__add_flows(run, kept) : 0;
	char *out;

	if (kept) {
		settle_with_lines(run, &kept->counts, &totals, result);
		settle_with_ppl(run, &kept->counts, &totals);
		time = later(kept->time, run->header.time_us);
	}
	tell(run, kept, result);
	if (!kept || !is_plausible(&totals, run->lines)) {
		totals = (struct format_totals){};
		count_from_lines(run, &totals);
		result->checkpoint = kept ? CHECKPOINT_DAMAGED : result->checkpoint;
	}
	out = *text = err ? NULL : make_room(&run->census);
	if (!out)
		return -ENOMEM;
	forget_list(&run->census);
	if (newline)
		*out++ = '\n';
	out = format_siftr__footer(out, later(time, last_us), &totals);
	*bytes = (size_t)(write_list(out, &run->census) - *text);
	return 0;
}

int footer__rest(struct log_run *run, const struct checkpoint_kept *kept, char **text,
		 size_t *bytes, struct plan_run *result)
{
	int err = kept ? footer__add_flows(run, kept) : 0;

	tell(run, kept, result);
	*text = err ? NULL : make_room(&run->census);
	if (!*text)
		return -ENOMEM;
	*bytes = (size_t)(write_list(*text, &run->census) - *text);
	return 0;
}
