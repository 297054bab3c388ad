// SPDX-License-Identifier: BSD-2-Clause
/*
 * The lines of the file are the truth; the counts have to agree with them. A
 * checkpoint knows how many lines there would be once all records of its moment
 * were written. Fewer: the rest died in the rings, lost for want of memory to
 * keep them. More: the run went on after it, and each line was one packet more.
 */
#include "log/mend_footer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define US_PER_SECOND 1000000ULL

static struct siftr_time later(struct siftr_time time, __u64 other_us)
{
	if (time.seconds * US_PER_SECOND + time.microseconds >= other_us)
		return time;
	return (struct siftr_time){other_us / US_PER_SECOND, (__u32)(other_us % US_PER_SECOND)};
}

static void count_from_lines(const struct run *run, struct format_totals *totals)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		totals->packets[direction] = run->lines[direction];
}

static void settle_with_lines(const struct run *run, const struct checkpoint_counts *counts,
			      struct format_totals *totals, struct mend_run *told)
{
	*totals = counts->totals;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		__u64 due = counts->due[direction], lines = run->lines[direction];

		if (lines < due) {
			totals->skipped_malloc[direction] += due - lines;
			told->unwritten += due - lines;
		} else {
			totals->packets[direction] += lines - due;
			told->younger += lines - due;
		}
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

static int add_flows(struct census *census, const struct checkpoint_kept *kept)
{
	char text[FORMAT_TUPLE_MAX];
	struct census_flow *flow;
	int err = 0;

	for (size_t i = 0; i < kept->nr_flows && !err; i++) {
		size_t bytes = tuple_columns(text, &kept->flows[i]);

		err = census__find(census, text, bytes, &flow);
	}
	return err;
}

/* "laddr;lport-faddr;fport," */
static char *write_tuple(char *out, const struct census *census, const struct census_flow *flow)
{
	int commas = 0;

	memcpy(out, census__text(census, flow), flow->bytes);
	for (const char *end = out + flow->bytes; out < end; out++)
		if (*out == ',')
			*out = ++commas == 2 ? '-' : ';';
	*out++ = ',';
	return out;
}

static int write_footer(const struct census *census, struct siftr_time time,
			const struct format_totals *totals, char **text, size_t *bytes)
{
	size_t room = FORMAT_FOOTER_MAX + census->text_bytes + census->nr_flows + 1;
	char *out = malloc(room);

	*text = out;
	if (!out)
		return -ENOMEM;
	out = format_siftr__footer(out, time, totals);
	for (size_t i = 0; i < census->nr_flows; i++)
		out = write_tuple(out, census, &census->flows[i]);
	*out++ = '\n';
	*bytes = (size_t)(out - *text);
	return 0;
}

int mend__footer(struct run *run, __u64 last_us, const struct checkpoint_kept *kept, char **text,
		 size_t *bytes, struct mend_run *told)
{
	struct siftr_time never = {}, time = later(never, run->header.time_us);
	struct format_totals totals = {};
	int err = 0;

	if (kept) {
		settle_with_lines(run, &kept->counts, &totals, told);
		time = later(kept->time, run->header.time_us);
		told->kept = kept->time;
		told->flows_missing = kept->flows_missing;
		err = add_flows(&run->census, kept);
	} else {
		count_from_lines(run, &totals);
	}
	told->lines = run__lines(run);
	told->flows = run__flows(run);
	return err ? err : write_footer(&run->census, later(time, last_us), &totals, text, bytes);
}
