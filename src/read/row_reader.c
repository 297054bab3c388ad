// SPDX-License-Identifier: BSD-2-Clause
#include "read/row_reader.h"

#include <errno.h>
#include <stdlib.h>

#include "read/siftr_rows.h"

struct row_reader {
	struct dialect dialect;
	struct row_flows *flows;
	struct siftr_rows siftr;
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

int row_reader__open(int fd, const struct diagnostic_sink *sink, struct row_reader **out)
{
	struct row_reader *reader = calloc(1, sizeof(*reader));
	int err;

	*out = reader;
	if (!reader)
		return -ENOMEM;
	reader->flows = reader->siftr.flows = row_flows__new();
	if (!reader->flows)
		return -ENOMEM;
	err = line_parser__open(&reader->siftr.parser, fd, sink);
	reader->siftr.parser.reads_1_2 = true;
	return err ? err : detect_dialect(reader);
}

void row_reader__close(struct row_reader *reader)
{
	if (!reader)
		return;
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
	(void)reader;
	return 0;
}

int row_reader__next(struct row_reader *reader, struct row_event *event)
{
	return siftr_rows__next(&reader->siftr, event);
}

__u64 row_reader__killed_line(const struct row_reader *reader)
{
	return reader->siftr.killed_line;
}

bool row_reader__is_damaged(const struct row_reader *reader)
{
	return reader->siftr.parser.input.damaged;
}
