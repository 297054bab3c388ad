// SPDX-License-Identifier: BSD-2-Clause
/* Sets up a stand so that every way gets the same records and the same output. */
#include "stand.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define RING_BYTES	(16UL << 20)
#define RECORD_SPACE_NS 1000 /* a million records a second */
#define PIPE_BYTES	65536

static void *must(void *pointer, const char *what)
{
	if (pointer)
		return pointer;
	perror(what);
	exit(1);
}

static int must_fd(int fd, const char *what)
{
	if (fd >= 0)
		return fd;
	perror(what);
	exit(1);
}

void arena__open(struct arena *arena, const char *file)
{
	struct ring_memory memory;

	ring__open(&arena->drained, RING_BYTES);
	ring__open(&arena->consumed, RING_BYTES);
	memory = ring__memory(&arena->drained);
	arena->drain = must(drain__new(&memory, 1), "drain");
	arena->nr_records = ring__capacity(&arena->drained);
	arena->rows = must(calloc(STAND_ROWS, sizeof(*arena->rows)), "rows");
	arena->fields = must(calloc(STAND_FIELDS_ROWS, sizeof(*arena->fields)), "fields");
	arena->file = file;
	arena->begin_ns = clock__monotonic_ns() - arena->nr_records * RECORD_SPACE_NS;
}

void arena__close(struct arena *arena)
{
	drain__free(arena->drain);
	free(arena->rows);
	free(arena->fields);
	ring__close(&arena->drained);
	ring__close(&arena->consumed);
}

static void *throw_away(void *context)
{
	char buffer[PIPE_BYTES];
	int fd = *(int *)context;

	free(context);
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
	return NULL;
}

static int open_pipe(struct stand *stand)
{
	int *reader = must(malloc(sizeof(*reader)), "pipe"), ends[2];

	must_fd(pipe2(ends, O_CLOEXEC), "pipe");
	*reader = ends[0];
	if (pthread_create(&stand->reader, NULL, throw_away, reader))
		must(NULL, "thread");
	return ends[1];
}

/*
 * Creates the output file and removes its name, so that each stand has a file of its own: the
 * writer locks it.
 */
static int open_file(const char *path)
{
	int fd = must_fd(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), path);

	must_fd(unlink(path), path);
	return fd;
}

static int open_output(struct stand *stand)
{
	switch (stand->kind) {
	case OUTPUT_FILE:
		return open_file(stand->arena->file);
	case OUTPUT_PIPE:
		return open_pipe(stand);
	case OUTPUT_MEMORY:
		return must_fd(memfd_create("text", MFD_CLOEXEC), "memfd");
	default:
		return must_fd(open("/dev/null", O_WRONLY | O_CLOEXEC), "/dev/null");
	}
}

/*
 * Opens the session on stdout, which is the output of the stand meanwhile. The session keeps a copy
 * of that descriptor.
 */
static void open_session(struct stand *stand)
{
	const struct options options = {.ppl = 1,
					.format = stand->log.format,
					.fields = stand->log.fields,
					.zstd = stand->log.zstd};
	int saved = must_fd(dup(STDOUT_FILENO), "dup");

	fflush(stdout);
	must_fd(dup2(stand->fd, STDOUT_FILENO), "dup2");
	if (session__choose(&stand->session, &options) ||
	    session__open(&stand->session, &options))
		exit(1);
	stand->summary = must(run_summary__new(&(struct options){.summary = WHEN_YES}), "summary");
	stand->has_fields = log_fields__groups(&stand->session.fields) != 0;
	must_fd(dup2(saved, STDOUT_FILENO), "dup2");
	close(saved);
	clock__follow(&stand->session.wall.clock, clock__sample());
}

/* Announces every flow of the load, so that all are known, as in a run that has lasted a while. */
static void enter_flows(struct stand *stand)
{
	for (__u32 flow = 0; flow < stand->load.nr_flows; flow++) {
		struct siftr_record record = {.flow = flow + 1, .kind = SIFTR_KIND_LISTED};
		const struct siftr_record *records[] = {&record};

		load__key(&stand->load, flow, &record.key);
		flows__announce(stand->session.flows, records, 1);
	}
}

const struct flow *stand__flow(struct stand *stand, const struct siftr_record *record)
{
	const struct flow *flow;

	flows__find(stand->session.flows, &record, 1, &flow);
	return flow;
}

struct stand *stand__new(struct arena *arena, const struct load *load, enum output_kind kind,
			 const struct stand_log *log)
{
	struct stand *stand = must(calloc(1, sizeof(*stand)), "stand");

	stand->arena = arena;
	stand->load = *load;
	stand->kind = kind;
	stand->log = *log;
	stand->fd = open_output(stand);
	stand->stream = must(fdopen(must_fd(dup(stand->fd), "dup"), "w"), "stream");
	open_session(stand);
	enter_flows(stand);
	return stand;
}

void stand__free(struct stand *stand)
{
	int status = 0;

	session__close(&stand->session, &status);
	run_summary__free(stand->summary);
	fclose(stand->stream);
	close(stand->fd);
	if (stand->kind == OUTPUT_PIPE)
		pthread_join(stand->reader, NULL);
	free(stand->text);
	free(stand->lengths);
	free(stand);
}

void stand__fill(struct stand *stand, struct ring *ring)
{
	for (size_t i = 0; i < stand->arena->nr_records; i++) {
		struct siftr_record *record = must(ring__reserve(ring), "ring too small");

		load__record(&stand->load, stand->arena->begin_ns + i * RECORD_SPACE_NS, record);
		ring__submit(ring, record);
	}
}

struct siftr_time stand__wall_time(const struct stand *stand, __u64 monotonic_ns)
{
	__u64 wall_us = clock__wall_ns(&stand->session.wall.clock, monotonic_ns) / 1000;

	return (struct siftr_time){wall_us / 1000000, wall_us % 1000000};
}

static void make_row(void *context, void *data)
{
	struct stand *stand = context;
	const struct siftr_record *record = data;
	const struct flow *flow = stand__flow(stand, record);
	struct row *row = &stand->arena->rows[stand->nr_rows];

	row->fields = stand->has_fields ? &stand->arena->fields[stand->nr_rows] : NULL;
	if (row->fields)
		load__fields(record, &stand->arena->fields[stand->nr_rows]);
	stand->nr_rows++;
	row->time = stand__wall_time(stand, record->time_ns);
	row->flow = &flow->key;
	row->flowid = row->flow_number = flow->id;
	row->direction = record->direction;
	row->flowtype = ROW_FLOWTYPE;
	siftr__convert(record, stand->session.rows.tick_ns, &row->columns);
	row->absent = row__absent(&row->columns);
}

size_t stand__next_rows(struct stand *stand, const struct row **rows)
{
	__u64 begin_ns = stand__clock_ns(stand);
	size_t some = stand->has_fields ? STAND_FIELDS_ROWS : STAND_ROWS;

	stand->nr_rows = 0;
	if (ring__show(&stand->arena->consumed, some))
		ring__consume(&stand->arena->consumed, make_row, stand);
	*rows = stand->arena->rows;
	stand->aside_ns += stand__clock_ns(stand) - begin_ns;
	return stand->nr_rows;
}

void stand__rewind(struct stand *stand)
{
	if (stand->kind == OUTPUT_FILE || stand->kind == OUTPUT_MEMORY)
		must_fd(lseek(stand->fd, 0, SEEK_SET) ? -1 : 0, "rewind");
}

__u64 stand__clock_ns(const struct stand *stand)
{
	struct timespec now;

	clock_gettime(stand->kind == OUTPUT_PIPE ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec - stand->aside_ns;
}
