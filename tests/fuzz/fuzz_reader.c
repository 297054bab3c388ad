// SPDX-License-Identifier: BSD-2-Clause
/*
 * libFuzzer target: any bytes as a log. The first byte chooses the ppl. Beside
 * what the sanitizers see, the fast and the talkative way of reading a data
 * line must agree on every line.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "log/columns.h"
#include "log/scan.h"
#include "log/validate.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes);

/* Reads what it is given, so that a pointer to nowhere is noticed. */
static void take(void *context, const struct defect *defect)
{
	size_t *sum = context;

	*sum += strlen(defect->what) + (defect->expected ? strlen(defect->expected) : 0);
	for (size_t i = 0; defect->got && i < defect->got_bytes; i++)
		*sum += (unsigned char)defect->got[i];
}

static void agree(const char *line, size_t bytes, const struct defect_sink *sink)
{
	/* The scanner may look ahead by a word and more, over zeros. */
	char *text = calloc(1, bytes + 64);
	struct scan_line values;
	const char *end;

	if (!text)
		abort();
	memcpy(text, line, bytes);
	text[bytes] = '\n';
	end = scan__data(text, &values);
	if (end && end != text + bytes + 1)
		abort();
	if ((end != NULL) != (columns__explain(1, text, bytes, sink) == 0))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t bytes)
{
	size_t sum = 0;
	const struct defect_sink sink = {take, take, &sum};
	const char *text = (const char *)data + 1, *end = (const char *)data + bytes;
	struct validate_result result;
	int fd;

	if (bytes == 0)
		return 0;
	fd = memfd_create("log", MFD_CLOEXEC);
	if (fd < 0 || write(fd, text, bytes - 1) != (ssize_t)(bytes - 1) || lseek(fd, 0, SEEK_SET))
		abort();
	if (validate__log(fd, data[0] & 7, &sink, &result) < 0)
		abort();
	close(fd);
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		agree(text, (size_t)((stop ? stop : end) - text), &sink);
		text = stop ? stop + 1 : end;
	}
	return 0;
}
