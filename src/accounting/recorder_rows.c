// SPDX-License-Identifier: BSD-2-Clause
#include "accounting/recorder_rows.h"

#include <inttypes.h>
#include <stddef.h>

#include <siftr/array_size.h>

static const struct {
	const char *label;
	const char *name;
	size_t member; /* offset in struct recorder_counts */
} rows[] = {
	{"- kept back, then overwritten by later ones", "recorder_overwritten",
	 offsetof(struct recorder_counts, overwritten)},
	{"- kept back, then evicted: --recorder-memory", "recorder_evicted",
	 offsetof(struct recorder_counts, evicted)},
	{"- kept back, older than the first line", "recorder_refused",
	 offsetof(struct recorder_counts, refused)},
	{"- kept back, still in memory", "recorder_kept", offsetof(struct recorder_counts, kept)},
};

static const __u64 *row_of(const struct recorder_counts *counts, size_t i)
{
	return (const __u64 *)((const char *)counts + rows[i].member);
}

void recorder_rows__print(const struct recorder_counts *counts, FILE *stream,
			  void (*print_row)(FILE *stream, const char *label, __u64 in, __u64 out))
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const __u64 *of = row_of(counts, i);

		if (of[SIFTR_IN] + of[SIFTR_OUT])
			print_row(stream, rows[i].label, of[SIFTR_IN], of[SIFTR_OUT]);
	}
}

void recorder_rows__write_json(const struct recorder_counts *counts, int direction, FILE *stream)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		fprintf(stream, ", \"%s\": %" PRIu64, rows[i].name,
			(uint64_t)row_of(counts, i)[direction]);
}
