/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The setting in which the ways of making lines are compared: one load, one output, and the
 * program's own session. Rings and prepared rows are shared by all stands, since only one runs at
 * a time. All functions exit on failure.
 */
#ifndef SIFTR_BENCH_STAND_H
#define SIFTR_BENCH_STAND_H

#include <pthread.h>
#include <stdio.h>

#include "commands/run_summary.h"
#include "commands/session.h"
#include "load.h"
#include "ring.h"

enum output_kind {
	OUTPUT_NULL,
	OUTPUT_FILE,   /* overwritten in place from its beginning */
	OUTPUT_PIPE,   /* with a reader that discards */
	OUTPUT_MEMORY, /* for comparing what was written */
};

#define STAND_ROWS	  1024 /* prepared at a time */
#define STAND_FIELDS_ROWS 64   /* with captured fields, of which a row has more than a KiB */

/* What is written: --format, --fields and --compress. */
struct stand_log {
	enum format_id format;
	const char *fields; /* NULL: --fields is not given */
	bool zstd;
};

/* The rings, rows and file that all stands share. */
struct arena {
	struct ring drained;  /* read by the product's drain */
	struct ring consumed; /* read the way libbpf reads */
	struct drain *drain;
	struct row *rows; /* STAND_ROWS of the records in `consumed` */
	struct row_fields *fields; /* of the first STAND_FIELDS_ROWS rows */
	size_t nr_records;	   /* that fill a ring */
	const char *file;	   /* for OUTPUT_FILE */
	__u64 begin_ns;		   /* time of each ring's first record */
};

struct stand {
	struct arena *arena;
	struct load load;
	enum output_kind kind;
	struct stand_log log;
	bool has_fields; /* `log` has captured fields, so the rows need them */
	int fd;
	pthread_t reader;
	FILE *stream; /* of the naive way; shares the file position with the session */
	struct session session;
	struct run_summary *summary; /* of the way that makes one */
	char *text; /* what the naive way, and so every other, writes for one ring of records */
	size_t text_bytes;
	__u16 *lengths; /* of the lines in `text` */
	size_t nr_rows;
	__u64 aside_ns; /* time spent on preparing rows, which no way is charged for */
};

void arena__open(struct arena *arena, const char *file);
void arena__close(struct arena *arena);

struct stand *stand__new(struct arena *arena, const struct load *load, enum output_kind kind,
			 const struct stand_log *log);
void stand__free(struct stand *stand);

/* Fills one ring completely with the load's next records. */
void stand__fill(struct stand *stand, struct ring *ring);

/*
 * Prepares rows from the next hidden records in `consumed`. Returns how many, at most STAND_ROWS; 0
 * if no record is left. The rows are then in the cache, as those of a program that has just
 * computed them; stand__clock_ns() leaves the time for this out.
 */
size_t stand__next_rows(struct stand *stand, const struct row **rows);

struct siftr_time stand__wall_time(const struct stand *stand, __u64 monotonic_ns);

/* Rewinds the output if it is a file or memory. */
void stand__rewind(struct stand *stand);

/*
 * Returns the CPU time of this thread, so that other work on the machine does not count. With a
 * pipe, whose reader it may have to wait for, it is wall-clock time instead. The time in `aside_ns`
 * is subtracted.
 */
__u64 stand__clock_ns(const struct stand *stand);

/* Returns the flow that was announced under the number in the record. */
const struct flow *stand__flow(struct stand *stand, const struct siftr_record *record);

#endif
