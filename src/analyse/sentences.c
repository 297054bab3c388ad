// SPDX-License-Identifier: BSD-2-Clause
#include "analyse/sentences.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/clock_time.h"
#include "report/human.h"

/* What cost less than this part of the time is no answer. */
#define LEAST_PART 50

const char *sentences__share(char *text, const struct flow_analysis *flow, __u64 us)
{
	__u64 duration = flow->ledger.duration_us;
	char time[HUMAN_BYTES], *end = stpcpy(text, human__time(time, us));

	end = stpcpy(end, " (");
	end = human__rounded(end, duration ? 100.0 * (double)us / (double)duration : 0.0, 0);
	stpcpy(end, " %)");
	return text;
}

const char *sentences__moment(char *text, const struct flow_analysis *flow, __u64 us)
{
	return clock_time__since(text, us, flow->begin_us);
}

const char *sentences__longest(char *text, const struct flow_analysis *flow, __u64 us,
			       const struct longest *longest)
{
	char time[HUMAN_BYTES], moment[CLOCK_TIME_BYTES];

	if (longest->us < us)
		us = longest->us;
	stpcpy(stpcpy(stpcpy(text, human__time(time, us)), " at "),
	       sentences__moment(moment, flow, longest->time_us));
	return text;
}

/* Writes as much of `part` as there is room for before `end`. Returns the end of it. */
static char *write_part(char *out, const char *end, const char *part, size_t bytes)
{
	if (bytes > (size_t)(end - out))
		bytes = (size_t)(end - out);
	memcpy(out, part, bytes);
	return out + bytes;
}

/*
 * Writes as vsnprintf() does, but %s and %u only, which are all that sentences have: with 100,000
 * flows their text is much of the time. Returns false if there is another one.
 */
static bool write_simple(char out[SENTENCE_BYTES], const char *text, va_list values)
{
	const char *end = out + SENTENCE_BYTES - 1, *percent, *value;
	char number[HUMAN_BYTES];

	while ((percent = strchr(text, '%'))) {
		out = write_part(out, end, text, (size_t)(percent - text));
		if (percent[1] == 's')
			value = va_arg(values, const char *);
		else if (percent[1] == 'u')
			value = human__whole(number, va_arg(values, unsigned int));
		else
			return false;
		out = write_part(out, end, value, strlen(value));
		text = percent + 2;
	}
	*write_part(out, end, text, strlen(text)) = '\0';
	return true;
}

static void add(struct sentences *sentences, __u64 us, const char *text, va_list values)
{
	struct sentence *sentence = &sentences->of[sentences->count];
	va_list again;

	if (sentences->count == SENTENCES_MAX)
		return;
	sentence->us = us;
	va_copy(again, values);
	if (!write_simple(sentence->text, text, values))
		vsnprintf(sentence->text, sizeof(sentence->text), text, again);
	va_end(again);
	sentences->count++;
}

bool sentences__matters(const struct flow_analysis *flow, __u64 us)
{
	return us && us * LEAST_PART >= flow->ledger.duration_us;
}

bool sentences__add(struct sentences *sentences, const struct flow_analysis *flow, __u64 us,
		    const char *text, ...)
{
	va_list values;

	if (!sentences__matters(flow, us))
		return false;
	va_start(values, text);
	add(sentences, us, text, values);
	va_end(values);
	return true;
}

void sentences__note(struct sentences *sentences, const char *text, ...)
{
	va_list values;

	va_start(values, text);
	add(sentences, 0, text, values);
	va_end(values);
}

static int compare(const void *one, const void *other)
{
	const struct sentence *a = one, *b = other;

	if (a->us != b->us)
		return a->us > b->us ? -1 : 1;
	return 0;
}

void sentences__sort(struct sentences *sentences)
{
	qsort(sentences->of, sentences->count, sizeof(*sentences->of), compare);
}
