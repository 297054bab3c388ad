// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sums of the ledger and its rendering in words. The order of the printed rows
 * is the order in which a packet can drop out.
 */
#include "books.h"

#include <inttypes.h>

static const struct {
	enum siftr_outcome outcome;
	const char *label;
	int always; /* shown even where it is 0 */
} kernel_rows[] = {
	{SIFTR_SKIPPED_STATE, "handshake or closed connection", 1},
	{SIFTR_SKIPPED_SOCK, "time-wait, no state left to log", 0},
	{SIFTR_SAMPLED, "held back by --ppl", 0},
	{SIFTR_LOST_RING, "LOST: ring full, raise --ring-size", 1},
	{SIFTR_LOST_FLOW, "LOST: no memory for the flow's counter", 0},
};

__u64 books__seen(const struct books *books, int direction)
{
	const __u64 *of = books->kernel.of[direction];

	return of[SIFTR_SKIPPED_STATE] + of[SIFTR_SKIPPED_SOCK] + of[SIFTR_SAMPLED] +
	       of[SIFTR_LOST_RING] + of[SIFTR_LOST_FLOW] + of[SIFTR_RECORDS];
}

__u64 books__lost(const struct books *books)
{
	__u64 lost = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		lost += books->kernel.of[direction][SIFTR_LOST_RING] +
			books->kernel.of[direction][SIFTR_LOST_FLOW] +
			books->lost_output[direction];
	return lost;
}

void books__totals(const struct books *books, struct format_totals *totals)
{
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		const __u64 *of = books->kernel.of[direction];

		totals->packets[direction] =
			books__seen(books, direction) - books->after_end[direction];
		totals->skipped_malloc[direction] =
			of[SIFTR_LOST_RING] + of[SIFTR_LOST_FLOW] + books->lost_output[direction];
		totals->skipped_tcpcb[direction] = of[SIFTR_SKIPPED_STATE];
		totals->skipped_inpcb[direction] = of[SIFTR_SKIPPED_SOCK];
	}
}

__s64 books__unexplained(const struct books *books)
{
	__s64 rest = 0;

	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++)
		rest += books->kernel.of[direction][SIFTR_RECORDS] - books->lines[direction] -
			books->lost_output[direction] - books->after_end[direction];
	return rest;
}

static void print_row(FILE *stream, const char *label, __u64 in, __u64 out)
{
	fprintf(stream, "  %-40s %12" PRIu64 " %12" PRIu64 " %12" PRIu64 "\n", label, (uint64_t)in,
		(uint64_t)out, (uint64_t)(in + out));
}

static void print_optional(FILE *stream, const char *label, __u64 in, __u64 out)
{
	if (in + out)
		print_row(stream, label, in, out);
}

void books__print(const struct books *books, FILE *stream)
{
	const __u64 *in = books->kernel.of[SIFTR_IN], *out = books->kernel.of[SIFTR_OUT];
	__s64 unexplained = books__unexplained(books);

	fprintf(stream, "siftr-bpf: %" PRIu64 " flows; where every packet went:\n",
		(uint64_t)books->flows);
	fprintf(stream, "  %-40s %12s %12s %12s\n", "", "in", "out", "total");
	if (in[SIFTR_FILTERED] + out[SIFTR_FILTERED]) {
		print_row(stream, "packets at the hooks",
			  books__seen(books, SIFTR_IN) + in[SIFTR_FILTERED],
			  books__seen(books, SIFTR_OUT) + out[SIFTR_FILTERED]);
		print_row(stream, "- other ports", in[SIFTR_FILTERED], out[SIFTR_FILTERED]);
	}
	print_row(stream, "packets seen", books__seen(books, SIFTR_IN),
		  books__seen(books, SIFTR_OUT));
	for (size_t i = 0; i < sizeof(kernel_rows) / sizeof(kernel_rows[0]); i++) {
		enum siftr_outcome outcome = kernel_rows[i].outcome;
		char label[64];

		snprintf(label, sizeof(label), "- %s", kernel_rows[i].label);
		if (kernel_rows[i].always || in[outcome] + out[outcome])
			print_row(stream, label, in[outcome], out[outcome]);
	}
	print_optional(stream, "- LOST: not taken by the output", books->lost_output[SIFTR_IN],
		       books->lost_output[SIFTR_OUT]);
	print_optional(stream, "- after the last line asked for", books->after_end[SIFTR_IN],
		       books->after_end[SIFTR_OUT]);
	print_row(stream, "lines in the log", books->lines[SIFTR_IN], books->lines[SIFTR_OUT]);
	if (books->missed)
		fprintf(stream,
			"  beside these, the kernel suppressed %" PRIu64 " runs of the hooks\n",
			(uint64_t)books->missed);
	if (unexplained)
		fprintf(stream, "  the books do NOT balance: %" PRId64 " records unaccounted for\n",
			(int64_t)unexplained);
}
