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

static void add(struct sentences *sentences, __u64 us, const char *text, va_list values)
{
	struct sentence *sentence = &sentences->of[sentences->count];

	if (sentences->count == SENTENCES_MAX)
		return;
	sentence->us = us;
	vsnprintf(sentence->text, sizeof(sentence->text), text, values);
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
