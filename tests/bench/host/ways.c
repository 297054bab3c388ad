// SPDX-License-Identifier: BSD-2-Clause
/* All ways that make text get the same records and flow ids. */
#include "ways.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "naive.h"

#define WRITE_BYTES  262144 /* for each write(2), as in the product's writer */
#define PASS_RECORDS 10000  /* that a pass finds at most: those of 10 ms at a million a second */

static void fill_drained(struct stand *stand)
{
	stand__fill(stand, &stand->arena->drained);
	ring__hide(&stand->arena->drained);
}

static void fill_consumed(struct stand *stand)
{
	stand__fill(stand, &stand->arena->consumed);
	ring__hide(&stand->arena->consumed);
}

static void prepare_nothing(struct stand *stand)
{
	(void)stand;
}

/* Writes rows as session__log() does, with the flows of the batch already prefetched. */
static void write_batch(struct session *session, const struct row rows[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(rows[i].flow);
	for (size_t i = 0, some; i < count; i += some) {
		some = count - i < SESSION_ROWS ? count - i : SESSION_ROWS;
		session__write_rows(session, rows + i, some);
	}
}

static void run_text(struct stand *stand)
{
	const struct row *rows;
	size_t count;

	while ((count = stand__next_rows(stand, &rows)))
		for (size_t i = 0, some; i < count; i += some) {
			some = count - i < FLOWS_BATCH ? count - i : FLOWS_BATCH;
			write_batch(&stand->session, rows + i, some);
		}
	writer__flush(stand->session.output.writer);
}

static void run_naive_text(struct stand *stand)
{
	const struct row *rows;
	size_t count;

	while ((count = stand__next_rows(stand, &rows)))
		for (size_t i = 0; i < count; i++)
			naive__print(stand->stream, &rows[i], stand->log.format,
				     stand->session.format->selection);
	fflush(stand->stream);
}

static void write_all(struct stand *stand, const char *from, size_t bytes)
{
	while (bytes) {
		ssize_t done = write(stand->fd, from, bytes);

		if (done <= 0) {
			perror("write");
			exit(1);
		}
		from += done;
		bytes -= done;
	}
}

static void run_memcpy(struct stand *stand)
{
	static char buffer[WRITE_BYTES + 1024];
	const char *from = stand->text;
	size_t used = 0;

	for (size_t i = 0; i < stand->arena->nr_records; i++) {
		memcpy(buffer + used, from, stand->lengths[i]);
		from += stand->lengths[i];
		used += stand->lengths[i];
		if (used >= WRITE_BYTES) {
			write_all(stand, buffer, used);
			used = 0;
		}
	}
	write_all(stand, buffer, used);
}

/*
 * Makes a pass as `siftr-bpf trace` does, but without its check for a truncated file, because the
 * bench rewinds its file.
 */
static void run_pass(struct stand *stand)
{
	struct session *session = &stand->session;
	struct drain *drain = stand->arena->drain;
	const struct siftr_record *records[FLOWS_BATCH];
	size_t count;

	clock__follow(&session->wall.clock, clock__sample());
	drain__begin(drain, clock__monotonic_ns());
	while ((count = drain__next(drain, records, FLOWS_BATCH)))
		session__log(session, records, count);
	drain__end(drain);
	log_output__flush(&session->output);
}

static void run_whole(struct stand *stand)
{
	while (ring__show(&stand->arena->drained, PASS_RECORDS))
		run_pass(stand);
}

static void run_with_summary(struct stand *stand)
{
	stand->session.summary = stand->summary;
	run_whole(stand);
	stand->session.summary = NULL;
}

static void run_flows(struct stand *stand)
{
	struct drain *drain = stand->arena->drain;
	const struct siftr_record *records[FLOWS_BATCH];
	const struct flow *found[FLOWS_BATCH];
	size_t count;

	while (ring__show(&stand->arena->drained, PASS_RECORDS)) {
		drain__begin(drain, clock__monotonic_ns());
		while ((count = drain__next(drain, records, FLOWS_BATCH)))
			flows__find(stand->session.flows, records, count, found);
		drain__end(drain);
	}
}

static void print_record(void *context, void *data)
{
	const struct siftr_record *record = data;
	struct stand *stand = context;
	const struct flow *flow = stand__flow(stand, record);
	struct row row = {
		.time = stand__wall_time(stand, record->time_ns),
		.flow = &flow->key,
		.flowid = flow->id,
		.direction = record->direction,
		.flowtype = ROW_FLOWTYPE,
	};

	siftr__convert(record, stand->session.rows.tick_ns, &row.columns);
	naive__print(stand->stream, &row, stand->log.format, NULL);
}

static void run_naive_whole(struct stand *stand)
{
	while (ring__show(&stand->arena->consumed, PASS_RECORDS))
		ring__consume(&stand->arena->consumed, print_record, stand);
	fflush(stand->stream);
}

/*
 * Writes text that stays in the cache of the CPU, which is the lowest possible cost of the output.
 */
static void run_write(struct stand *stand)
{
	for (size_t left = stand->text_bytes; left;) {
		size_t bytes = left < WRITE_BYTES ? left : WRITE_BYTES;

		write_all(stand, stand->text, bytes);
		left -= bytes;
	}
}

const struct way ways[WAYS] = {
	[WAY_TEXT] = {"text", fill_consumed, run_text, 1},
	[WAY_NAIVE_TEXT] = {"text, naive", fill_consumed, run_naive_text, 1},
	[WAY_MEMCPY] = {"text, memcpy alone", prepare_nothing, run_memcpy, 0},
	[WAY_WHOLE] = {"ring to output", fill_drained, run_whole, 1},
	[WAY_SUMMARY] = {"ring to output, with the summary", fill_drained, run_with_summary, 1},
	[WAY_FLOWS] = {"ring to flows", fill_drained, run_flows, 0},
	[WAY_NAIVE_WHOLE] = {"ring to output, naive", fill_consumed, run_naive_whole, 1},
	[WAY_WRITE] = {"bare write", prepare_nothing, run_write, 0},
};

static char *read_back(const struct stand *stand, size_t *bytes)
{
	struct stat status;
	char *text;

	*bytes = fstat(stand->fd, &status) ? 0 : status.st_size;
	text = malloc(*bytes + 1);
	if (!text || pread(stand->fd, text, *bytes, 0) != (ssize_t)*bytes) {
		fprintf(stderr, "bench: cannot read back what was written\n");
		exit(1);
	}
	text[*bytes] = '\0';
	return text;
}

/* Returns the text that one way makes of the first records of the load, which then begins again. */
static char *text_of(const struct way *way, struct stand *stand, size_t *bytes)
{
	struct load load = stand->load;
	char *text;

	way->prepare(stand);
	way->run(stand);
	text = read_back(stand, bytes);
	stand->load = load;
	stand__rewind(stand);
	if (ftruncate(stand->fd, 0))
		exit(1);
	return text;
}

static void compare(const struct way *way, struct stand *writing, const char *expected,
		    size_t expected_bytes)
{
	size_t bytes;
	char *text = text_of(way, writing, &bytes);

	if (bytes != expected_bytes || memcmp(text, expected, bytes)) {
		fprintf(stderr, "bench: %s: the way \"%s\" writes other bytes than printf\n",
			writing->load.name, way->name);
		exit(1);
	}
	free(text);
}

static void measure_lines(struct stand *stand)
{
	const char *line = stand->text;

	stand->lengths = calloc(stand->arena->nr_records, sizeof(*stand->lengths));
	for (size_t i = 0; stand->lengths && i < stand->arena->nr_records; i++) {
		const char *end = strchr(line, '\n') + 1;

		stand->lengths[i] = end - line;
		line = end;
	}
}

void ways__check(struct stand *stand)
{
	struct stand *writing = stand__new(stand->arena, &stand->load, OUTPUT_MEMORY, &stand->log);

	stand->text = text_of(&ways[WAY_NAIVE_TEXT], writing, &stand->text_bytes);
	/* Ways that begin at the ring are left out with fields, which its records do not have. */
	for (int way = 0; way < WAYS; way++)
		if (ways[way].makes_text && (!stand->has_fields || way < WAY_WHOLE))
			compare(&ways[way], writing, stand->text, stand->text_bytes);
	measure_lines(stand);
	stand__free(writing);
}
