// SPDX-License-Identifier: BSD-2-Clause
/* Recognises the form of a log, which decides by what rules it is checked. */
#include "check/validate.h"

#include "check/siftr2_check.h"
#include "check/siftr_check.h"
#include "read/decompress.h"

static int detect_dialect(struct line_parser *parser, struct validate_result *result)
{
	size_t bytes;
	const char *text;
	int err = buffered_reader__decompress(&parser->input);

	if (!err)
		err = buffered_reader__fill(&parser->input);
	if (err)
		return err;
	if (parser->input.decompress)
		result->compression = decompress__name(parser->input.decompress);
	text = line_parser__peek(parser, &bytes);
	result->dialect = dialect__of(text, bytes);
	return 0;
}

static int check_log(struct line_parser *parser, __u32 ppl, const struct diagnostic_sink *sink,
		     struct validate_result *result)
{
	if (!dialect__is_checkable(&result->dialect))
		return 0;
	if (result->dialect.kind == DIALECT_SIFTR_2 ||
	    result->dialect.kind == DIALECT_SIFTR_2_BINARY)
		return siftr2_check__log(&parser->input, sink, result);
	return siftr_check__log(parser, ppl, sink, result);
}

int validate__log(int fd, __u32 ppl, const struct diagnostic_sink *sink,
		  struct validate_result *result)
{
	static const char damaged[] = "the compressed file is damaged or cut short: read so far";
	struct line_parser parser;
	int err = line_parser__open(&parser, fd, sink);

	*result = (struct validate_result){};
	parser.reads_1_2 = true;
	if (!err)
		err = detect_dialect(&parser, result);
	if (!err)
		err = check_log(&parser, ppl, sink, result);
	if (!err && parser.input.damaged && dialect__is_checkable(&result->dialect))
		diagnostic__defect(sink,
				   &(struct diagnostic){.line = parser.line, .what = damaged});
	line_parser__close(&parser);
	return err;
}
