// SPDX-License-Identifier: BSD-2-Clause
#include "recorder/recorder_span.h"

#include <errno.h>
#include <string.h>

#include "recorder/duration.h"
#include "report/report.h"

#define SPAN_MAX 1000000000ULL

int recorder_span__parse(const char *option, const char *text, struct recorder_span *span)
{
	size_t bytes = strlen(text), digits;
	__u64 number;

	*span = (struct recorder_span){};
	digits = duration__digits(text, bytes, &number);
	if (digits && digits == bytes && number <= SPAN_MAX) {
		span->records = (__u32)number;
		return 0;
	}
	if (duration__parse(text, bytes, &span->ns))
		return 0;
	report_message(
		"--%s takes a number of packets, at most %llu, or a time with " DURATION_UNITS
		", not '%s'",
		option, SPAN_MAX, text);
	return -EINVAL;
}
