// SPDX-License-Identifier: BSD-2-Clause
#include "read/row_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "read/siftr2_rows.h"
#include "read/siftr_rows.h"

struct row_reader {
	struct dialect dialect;
	struct row_flows *flows;
	bool is_siftr2;
	struct siftr_rows siftr; /* its parser reads the input until another form is recognised */
	struct siftr2_rows siftr2;
};

static int detect_dialect(struct row_reader *reader)
{
	struct line_parser *parser = &reader->siftr.parser;
	size_t bytes = 0;
	const char *text;
	int err = buffered_reader__decompress(&parser->input);

	if (!err)
		err = buffered_reader__fill(&parser->input);
	if (err)
		return err;
	text = line_parser__peek(parser, &bytes);
	reader->dialect = dialect__of(text, bytes);
	return 0;
}

static int open_form(struct row_reader *reader, off_t begin, const struct diagnostic_sink *sink)
{
	const struct dialect *dialect = &reader->dialect;

	if (!dialect__is_readable(dialect) ||
	    (dialect->kind != DIALECT_SIFTR_2 && dialect->kind != DIALECT_SIFTR_2_BINARY))
		return 0;
	reader->is_siftr2 = true;
	return siftr2_rows__open(&reader->siftr2, &reader->siftr.parser.input, begin, sink);
}

int row_reader__open(int fd, const struct diagnostic_sink *sink, struct row_reader **out)
{
	struct row_reader *reader = calloc(1, sizeof(*reader));
	off_t begin = lseek(fd, 0, SEEK_CUR);
	int err;

	*out = reader;
	if (!reader)
		return -ENOMEM;
	reader->flows = reader->siftr.flows = row_flows__new();
	if (!reader->flows)
		return -ENOMEM;
	err = line_parser__open(&reader->siftr.parser, fd, sink);
	reader->siftr.parser.reads_1_2 = true;
	if (!err)
		err = detect_dialect(reader);
	return err ? err : open_form(reader, begin, sink);
}

void row_reader__close(struct row_reader *reader)
{
	if (!reader)
		return;
	if (reader->is_siftr2)
		siftr2_rows__close(&reader->siftr2);
	line_parser__close(&reader->siftr.parser);
	row_flows__free(reader->flows);
	free(reader);
}

const struct dialect *row_reader__dialect(const struct row_reader *reader)
{
	return &reader->dialect;
}

__u32 row_reader__absent(const struct row_reader *reader)
{
	return reader->is_siftr2 ? SIFTR2_ROWS_ABSENT : 0;
}

int row_reader__next(struct row_reader *reader, struct row_event *event)
{
	return reader->is_siftr2 ? siftr2_rows__next(&reader->siftr2, event)
				 : siftr_rows__next(&reader->siftr, event);
}

__u64 row_reader__killed_line(const struct row_reader *reader)
{
	return reader->is_siftr2 ? reader->siftr2.killed_line : reader->siftr.killed_line;
}

bool row_reader__is_damaged(const struct row_reader *reader)
{
	return reader->siftr.parser.input.damaged;
}
