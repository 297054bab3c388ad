/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a log in any form that is known, compressed or not, as rows. Memory grows with the flows,
 * not with the log.
 */
#ifndef SIFTR_READ_ROW_READER_H
#define SIFTR_READ_ROW_READER_H

#include <stdbool.h>
#include <linux/types.h>

#include "read/dialect.h"
#include "read/row_event.h"
#include "report/diagnostic.h"

struct row_reader;

/*
 * Recognises the log that begins at the offset of `fd`, which the caller closes. Lines that cannot
 * be read are reported to `sink`. 0 or a negative errno: -ESPIPE for siftr2 from a pipe, since it
 * has to be read twice, -ENODATA for siftr2 without a footer. Call row_reader__close() in any case.
 * There are no rows unless dialect__is_readable() is true of the log's dialect.
 */
int row_reader__open(int fd, const struct diagnostic_sink *sink, struct row_reader **out);
/* Accepts NULL. */
void row_reader__close(struct row_reader *reader);

const struct dialect *row_reader__dialect(const struct row_reader *reader);
/* ROW_BIT() of each column that no row of the log has. */
__u32 row_reader__absent(const struct row_reader *reader);

/*
 * Sets in `present` the bit of each captured field that the rows have; of jsonl, that the first row
 * has. To be called before row_reader__next().
 */
void row_reader__fields(struct row_reader *reader, __u64 present[ROW_FIELDS_MAX / 64]);

/* Reads the next event, at last ROW_EVENT_END. 0 or a negative errno. */
int row_reader__next(struct row_reader *reader, struct row_event *event);

/* At the end: the line of the first header whose run has no footer; 0: there is none. */
__u64 row_reader__killed_line(const struct row_reader *reader);
/* At the end: whether a compressed file was damaged or cut short. */
bool row_reader__is_damaged(const struct row_reader *reader);

#endif
