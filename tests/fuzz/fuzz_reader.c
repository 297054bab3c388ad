// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any bytes as a log, and after a header. The first byte chooses the ppl. Besides
 * the sanitizers' checks, field_parser.h and columns.h must accept the same data lines.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "read/columns.h"
#include "read/dialect_report.h"
#include "read/field_parser.h"
#include "check/validate.h"

#define HEADER                                                                                   \
	"enable_time_secs=1700000000\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=Linux\t" \
	"sysver=6001000\tipmode=6\n"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

/* Receives a defect and reads all its texts, so that an invalid pointer is noticed. */
static void take(void *context, const struct diagnostic *defect)
{
	size_t *sum = context;

	*sum += strlen(defect->what) + (defect->expected ? strlen(defect->expected) : 0);
	for (size_t i = 0; defect->got && i < defect->got_bytes; i++)
		*sum += (unsigned char)defect->got[i];
}

static void agree(const char *line, size_t bytes, const struct diagnostic_sink *sink)
{
	/* The parser may read ahead: zeros must follow the text. */
	char *text = calloc(1, bytes + 64);
	struct data_line values;
	const char *end;

	if (!text)
		abort();
	memcpy(text, line, bytes);
	text[bytes] = '\n';
	end = field_parser__data_line(text, &values);
	if (end && end != text + bytes + 1)
		abort();
	if ((end != NULL) != (columns__report(1, SIFTR_1_3, text, bytes, sink) == 0))
		abort();
	free(text);
}

/*
 * Checks a log of `before` and the text. Nothing may be found in a log whose dialect is not
 * checked.
 */
static void judge(const char *before, const char *text, size_t bytes, __u32 ppl)
{
	size_t sum = 0;
	const struct diagnostic_sink sink = {take, take, &sum};
	struct validate_result result;
	int fd = memfd_create("log", MFD_CLOEXEC);

	if (fd < 0 || write(fd, before, strlen(before)) != (ssize_t)strlen(before) ||
	    write(fd, text, bytes) != (ssize_t)bytes || lseek(fd, 0, SEEK_SET))
		abort();
	if (validate__log(fd, ppl, &sink, &result) < 0)
		abort();
	if (!dialect__is_checkable(&result.dialect) && (sum || result.runs || result.lines))
		abort();
	close(fd);
}

/*
 * Detects the dialect of the text, in memory of exactly its size, so that a read after its end is
 * noticed.
 */
static void recognise(const char *text, size_t bytes)
{
	char *copy = malloc(bytes + !bytes), room[DIALECT_IS_BYTES];
	struct dialect dialect;

	if (!copy)
		abort();
	memcpy(copy, text, bytes);
	dialect = dialect__of(copy, bytes);
	if (!*dialect_report__describe(&dialect, room))
		abort();
	free(copy);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	size_t sum = 0;
	const struct diagnostic_sink sink = {take, take, &sum};
	const char *text = (const char *)data + 1, *end = (const char *)data + bytes;

	if (bytes == 0)
		return 0;
	judge("", text, bytes - 1, data[0] & 7);
	judge(HEADER, text, bytes - 1, data[0] & 7);
	recognise(text, bytes - 1);
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		agree(text, (size_t)((stop ? stop : end) - text), &sink);
		text = stop ? stop + 1 : end;
	}
	return 0;
}
