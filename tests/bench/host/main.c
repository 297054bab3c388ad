// SPDX-License-Identifier: BSD-2-Clause
/*
 * The user side's speeds as ratios, each taken in one run: in every round each
 * way has one turn on each load, so that whatever slows the machine down slows
 * all of them.
 *
 *   host [--rounds N] [--only WORDS] [--table-bytes N] [--file FILE] [--json FILE]
 */
#include <stdlib.h>
#include <string.h>

#include "consumers.h"
#include "contests.h"
#include "lines.h"
#include "rest.h"

#define ROUNDS 7

#define WAY(id) (1U << (id))
#define TEXT	(WAY(WAY_TEXT) | WAY(WAY_NAIVE_TEXT) | WAY(WAY_MEMCPY))
#define WHOLE	(WAY(WAY_WHOLE) | WAY(WAY_NAIVE_WHOLE))
#define PRODUCT (WAY(WAY_TEXT) | WAY(WAY_WHOLE) | WAY(WAY_SUMMARY) | WAY(WAY_FLOWS))
#define ANY_WAY (TEXT | WHOLE | WAY(WAY_WRITE))

#define ALL_FIELDS "siftr,packet,order,loss,rate,rtt,bytes,cc,identity"

static const struct contest {
	struct load load;
	enum output_kind output;
	unsigned int ways;
	struct stand_log log;
} contests[CONTESTS] = {
	[V4] = {{"IPv4, 64 flows", 4, 64, 1, .seed = 1},
		OUTPUT_NULL,
		TEXT | WHOLE,
		{.format = FORMAT_siftr}},
	[V6] = {{"IPv6, 64 flows", 6, 64, 8, .seed = 2},
		OUTPUT_NULL,
		TEXT | WHOLE,
		{.format = FORMAT_siftr}},
	[MIXED] = {{"mixed, 64 flows", 0, 64, 1, .seed = 3},
		   OUTPUT_NULL,
		   TEXT | WHOLE,
		   {.format = FORMAT_siftr}},
	[V4_DIGITS] = {{"IPv4, random digits", 4, 64, 1, .random_digits = 1, .seed = 4},
		       OUTPUT_NULL,
		       TEXT | WHOLE,
		       {.format = FORMAT_siftr}},
	[V6_DIGITS] = {{"IPv6, random digits", 6, 64, 8, .random_digits = 1, .seed = 5},
		       OUTPUT_NULL,
		       TEXT | WHOLE,
		       {.format = FORMAT_siftr}},
	[V4_10] = {{"IPv4, 10 flows", 4, 10, 1, .seed = 6},
		   OUTPUT_NULL,
		   PRODUCT,
		   {.format = FORMAT_siftr}},
	[V4_10K] = {{"IPv4, 10 k flows", 4, 10000, 1, .seed = 7},
		    OUTPUT_NULL,
		    PRODUCT,
		    {.format = FORMAT_siftr}},
	[V4_100K] = {{"IPv4, 100 k flows", 4, 100000, 1, .seed = 15},
		     OUTPUT_NULL,
		     0,
		     {.format = FORMAT_siftr}},
	[V4_1M] = {{"IPv4, 1 M flows", 4, 1000000, 1, .seed = 8},
		   OUTPUT_NULL,
		   PRODUCT,
		   {.format = FORMAT_siftr}},
	[V6_10] = {{"IPv6, 10 flows, bursts", 6, 10, 8, .seed = 9},
		   OUTPUT_NULL,
		   PRODUCT,
		   {.format = FORMAT_siftr}},
	[V6_10K] = {{"IPv6, 10 k flows, bursts", 6, 10000, 8, .seed = 10},
		    OUTPUT_NULL,
		    PRODUCT,
		    {.format = FORMAT_siftr}},
	[V6_1M] = {{"IPv6, 1 M flows, bursts", 6, 1000000, 8, .seed = 11},
		   OUTPUT_NULL,
		   PRODUCT,
		   {.format = FORMAT_siftr}},
	[V4_FILE] = {{"IPv4, to a file", 4, 64, 1, .seed = 12},
		     OUTPUT_FILE,
		     ANY_WAY,
		     {.format = FORMAT_siftr}},
	[V6_FILE] = {{"IPv6, to a file", 6, 64, 8, .seed = 13},
		     OUTPUT_FILE,
		     ANY_WAY,
		     {.format = FORMAT_siftr}},
	[V4_PIPE] = {{"IPv4, to a pipe", 4, 64, 1, .seed = 14},
		     OUTPUT_PIPE,
		     ANY_WAY,
		     {.format = FORMAT_siftr}},
	[V4_1_2] = {{"siftr-1.2, IPv4", 4, 64, 1, .seed = 1},
		    OUTPUT_NULL,
		    TEXT,
		    {.format = FORMAT_siftr_1_2}},
	[V6_1_2] = {{"siftr-1.2, IPv6", 6, 64, 8, .seed = 2},
		    OUTPUT_NULL,
		    TEXT,
		    {.format = FORMAT_siftr_1_2}},
	[V4_CSV] = {{"csv, IPv4", 4, 64, 1, .seed = 1}, OUTPUT_NULL, TEXT, {.format = FORMAT_csv}},
	[V6_CSV] = {{"csv, IPv6", 6, 64, 8, .seed = 2}, OUTPUT_NULL, TEXT, {.format = FORMAT_csv}},
	[V4_JSONL] = {{"jsonl, IPv4", 4, 64, 1, .seed = 1},
		      OUTPUT_NULL,
		      TEXT,
		      {.format = FORMAT_jsonl}},
	[V6_JSONL] = {{"jsonl, IPv6", 6, 64, 8, .seed = 2},
		      OUTPUT_NULL,
		      TEXT,
		      {.format = FORMAT_jsonl}},
	[V4_CSV_FIELDS] = {{"csv, all fields", 4, 64, 1, .seed = 1},
			   OUTPUT_NULL,
			   TEXT,
			   {FORMAT_csv, .fields = ALL_FIELDS}},
	[V4_JSONL_FIELDS] = {{"jsonl, all fields", 4, 64, 1, .seed = 1},
			     OUTPUT_NULL,
			     TEXT,
			     {FORMAT_jsonl, .fields = ALL_FIELDS}},
};

const struct conversion conversions[CONVERSIONS] = {
	[CONVERT_V4_CSV] = {V4, FORMAT_csv, .name = "converted to csv"},
	[CONVERT_V6_CSV] = {V6, FORMAT_csv, .name = "converted to csv"},
	[CONVERT_V4_SIFTR_1_2] = {V4, FORMAT_siftr_1_2, .name = "converted to siftr-1.2"},
	[CONVERT_V4_GZIP] = {V4, FORMAT_csv, .gzip = true, .name = "gzip, converted to csv"},
	[CONVERT_V6_GZIP] = {V6, FORMAT_csv, .gzip = true, .name = "gzip, converted to csv"},
	[ANALYSE_V4_10] = {V4_10, .analyse = true, .name = "analysed, as by flows"},
	[ANALYSE_V4_10K] = {V4_10K, .analyse = true, .name = "analysed, as by flows"},
	[ANALYSE_V4_100K] = {V4_100K, .analyse = true, .more = 6, .name = "analysed, as by flows"},
	[ANALYSE_V4_1M] = {V4_1M, .analyse = true, .name = "analysed, as by flows"},
};

struct settings {
	int rounds;
	double table_bytes;
	const char *only; /* only comparisons whose name contains this */
	const char *file;
	const char *json;
};

static void run_way(struct bench *bench, int contest, int way)
{
	struct stand *stand = bench->stands[contest];
	__u64 begin_ns;

	ways[way].prepare(stand);
	stand__rewind(stand);
	begin_ns = stand__clock_ns(stand);
	ways[way].run(stand);
	series__add(bench->lines[contest][way],
		    (double)(stand__clock_ns(stand) - begin_ns) / bench->arena.nr_records);
}

static void open_contests(struct bench *bench, const char *only)
{
	for (int i = 0; i < CONTESTS; i++) {
		const struct contest *contest = &contests[i];

		if (!strstr(contest->load.name, only))
			continue;
		bench->stands[i] =
			stand__new(&bench->arena, &contest->load, contest->output, &contest->log);
		ways__check(bench->stands[i]);
		/*
		 * Writes the output once before any timing, so that a timed write to a file only
		 * overwrites it.
		 */
		ways[WAY_WRITE].run(bench->stands[i]);
		for (int way = 0; way < WAYS; way++)
			if (contest->ways & WAY(way))
				bench->lines[i][way] = results__series(
					bench->results, contest->load.name, ways[way].name);
	}
	for (int i = 0; i < CONVERSIONS; i++)
		if (bench->stands[conversions[i].contest])
			bench->conversions[i] =
				results__series(bench->results,
						contests[conversions[i].contest].load.name,
						conversions[i].name);
	lines__open(bench, only);
	rest__open(bench, only);
	if (strstr("consumer", only))
		consumers__open(bench);
}

static void run_round(struct bench *bench)
{
	for (int contest = 0; contest < CONTESTS; contest++)
		for (int way = 0; way < WAYS; way++)
			if (bench->lines[contest][way])
				run_way(bench, contest, way);
	for (int i = 0; i < CONVERSIONS; i++)
		if (bench->conversions[i])
			series__add(bench->conversions[i],
				    conversion__run(bench->stands[conversions[i].contest],
						    &conversions[i]));
	lines__run(bench);
	rest__run(bench);
	if (bench->consumers[0][0])
		consumers__run(bench);
}

static void parse(int argc, char **argv, struct settings *settings)
{
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--rounds"))
			settings->rounds = atoi(argv[i + 1]);
		else if (!strcmp(argv[i], "--table-bytes"))
			settings->table_bytes = atof(argv[i + 1]);
		else if (!strcmp(argv[i], "--only"))
			settings->only = argv[i + 1];
		else if (!strcmp(argv[i], "--file"))
			settings->file = argv[i + 1];
		else if (!strcmp(argv[i], "--json"))
			settings->json = argv[i + 1];
	}
	if (settings->rounds < 1 || settings->rounds > RESULTS_ROUNDS_MAX)
		settings->rounds = ROUNDS;
}

static void print_results(const struct bench *bench, const struct settings *settings)
{
	FILE *json = settings->json ? fopen(settings->json, "w") : NULL;

	printf("%d rounds of %zu lines each\n\n", settings->rounds, bench->arena.nr_records);
	results__print(bench->results, stdout, "ns for each line or record");
	if (json) {
		results__print_json(bench->results, json, "ns for each line or record");
		fclose(json);
	}
}

int main(int argc, char **argv)
{
	struct settings settings = {.rounds = ROUNDS, .only = "", .file = "bench.out"};
	struct bench bench = {.results = results__new()};

	parse(argc, argv, &settings);
	arena__open(&bench.arena, settings.file);
	open_contests(&bench, settings.only);
	for (int round = 0; round < settings.rounds; round++)
		run_round(&bench);
	figures__add(&bench, settings.table_bytes);
	print_results(&bench, &settings);
	for (int i = 0; i < CONTESTS; i++)
		if (bench.stands[i])
			stand__free(bench.stands[i]);
	lines__close(&bench);
	rest__close(&bench);
	arena__close(&bench.arena);
	results__free(bench.results);
	return 0;
}
