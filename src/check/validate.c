// SPDX-License-Identifier: BSD-2-Clause
/* Recognises the form of a log, which decides by what rules it is checked. */
#include "check/validate.h"

#include <errno.h>

#include "check/siftr2_check.h"
#include "check/siftr_check.h"
#include "read/decompress.h"
#include "read/seek_table.h"

static int detect_dialect(struct line_parser *parser, struct seek_table *table,
			  struct validate_result *result)
{
	size_t bytes;
	const char *text;
	int err = buffered_reader__decompress(&parser->input);

	if (!err && parser->input.decompress) {
		result->compression = decompress__name(parser->input.decompress);
		decompress__watch(parser->input.decompress, table);
	}
	if (!err)
		err = buffered_reader__fill(&parser->input);
	if (err)
		return err;
	text = line_parser__peek(parser, &bytes);
	result->dialect = dialect__of(text, bytes);
	return 0;
}

static int check_log(struct line_parser *parser, __u32 ppl, const struct diagnostic_sink *sink,
		     struct validate_result *result)
{
	if (!dialect__is_checkable(&result->dialect))
		return 0;
	if (dialect__is_siftr2(&result->dialect))
		return siftr2_check__log(&parser->input, sink, result);
	return siftr_check__log(parser, ppl, sink, result);
}

/*
 * Compares the seek table of a zstd file that was read to its end with its frames, and reports a
 * wrong one as a defect. A file without a seek table, compressed or not, has no such defect.
 */
static int judge_seek_table(const struct line_parser *parser, const struct seek_table *table,
			    const struct diagnostic_sink *sink, struct validate_result *result)
{
	struct seek_table_verdict *verdict = &result->seek_table;
	char what[160];
	int err = seek_table__judge(table, verdict);

	if (err || !seek_table__describe(verdict, what, sizeof(what)))
		return err;
	diagnostic__defect(sink, &(struct diagnostic){.line = parser->line, .what = what});
	return 0;
}

static int validate(struct line_parser *parser, __u32 ppl, struct seek_table *table,
		    const struct diagnostic_sink *sink, struct validate_result *result)
{
	static const char damaged[] = "the compressed file is damaged or cut short: read so far";
	int err = detect_dialect(parser, table, result);

	if (!err)
		err = check_log(parser, ppl, sink, result);
	if (err || !dialect__is_checkable(&result->dialect))
		return err;
	if (!parser->input.damaged)
		return !parser->input.ended ? 0 : judge_seek_table(parser, table, sink, result);
	diagnostic__defect(sink, &(struct diagnostic){.line = parser->line ?: 1, .what = damaged});
	return 0;
}

int validate__log(int fd, __u32 ppl, const struct diagnostic_sink *sink,
		  struct validate_result *result)
{
	struct line_parser parser;
	struct seek_table *table = seek_table__new();
	int err = line_parser__open(&parser, fd, sink);

	*result = (struct validate_result){};
	parser.reads_1_2 = true;
	if (!err && !table)
		err = -ENOMEM;
	if (!err)
		err = validate(&parser, ppl, table, sink, result);
	line_parser__close(&parser);
	seek_table__free(table);
	return err;
}
