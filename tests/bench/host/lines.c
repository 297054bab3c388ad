// SPDX-License-Identifier: BSD-2-Clause
/* Writes the same records, of 64 IPv4 flows, in every format. */
#include "lines.h"

#include <stdlib.h>
#include <sys/stat.h>

static const struct load load = {"each line", 4, 64, 1, .seed = 1};

static void write_ring(struct stand *stand)
{
	ways[WAY_TEXT].prepare(stand);
	stand__rewind(stand);
	ways[WAY_TEXT].run(stand);
}

/* Writes a ring of records to memory and returns the mean number of bytes of a line. */
static double measure_bytes(struct arena *arena, const struct stand_log *log)
{
	struct stand *stand = stand__new(arena, &load, OUTPUT_MEMORY, log);
	struct stat status;

	write_ring(stand);
	if (fstat(stand->fd, &status))
		exit(1);
	stand__free(stand);
	return (double)status.st_size / (double)arena->nr_records;
}

static void open_line(struct bench *bench, const char *only, const struct stand_log *log)
{
	struct line_bench *line = &bench->formats[log->format][log->zstd];
	char name[64];

	snprintf(name, sizeof(name), "each line of %s%s", formats[log->format]->name,
		 log->zstd ? ", zstd" : "");
	if (!strstr(name, only))
		return;
	line->stand = stand__new(&bench->arena, &load, OUTPUT_NULL, log);
	line->cost = results__series(bench->results, name, "text");
	line->bytes = measure_bytes(&bench->arena, log);
}

void lines__open(struct bench *bench, const char *only)
{
	for (int format = 0; format < FORMATS; format++)
		for (int zstd = 0; zstd < 2; zstd++)
			open_line(bench, only,
				  &(struct stand_log){.format = format, .zstd = zstd});
}

void lines__run(struct bench *bench)
{
	for (int i = 0; i < FORMATS * 2; i++) {
		struct line_bench *line = &bench->formats[i / 2][i % 2];
		__u64 begin_ns;

		if (!line->stand)
			continue;
		ways[WAY_TEXT].prepare(line->stand);
		begin_ns = stand__clock_ns(line->stand);
		ways[WAY_TEXT].run(line->stand);
		series__add(line->cost, (double)(stand__clock_ns(line->stand) - begin_ns) /
						(double)bench->arena.nr_records);
	}
}

/* Figures get the names of the series: a name has to last as long as the results. */
void lines__add_figures(struct bench *bench)
{
	for (int i = 0; i < FORMATS * 2; i++) {
		const struct line_bench *line = &bench->formats[i / 2][i % 2];

		if (line->stand)
			results__value(bench->results,
				       (struct figure){line->cost->name, " bytes", 0, 0, 0},
				       line->bytes);
	}
	results__value(bench->results, (struct figure){"a packet's record in the ring", " bytes", 0, 0, 0},
		       sizeof(struct siftr_record));
}

void lines__close(struct bench *bench)
{
	for (int i = 0; i < FORMATS * 2; i++)
		if (bench->formats[i / 2][i % 2].stand)
			stand__free(bench->formats[i / 2][i % 2].stand);
}
