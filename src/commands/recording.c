// SPDX-License-Identifier: BSD-2-Clause
#include "commands/recording.h"

#include <errno.h>
#include <string.h>

#include "convert/row_fields.h"
#include "report/report.h"

/* Records before and after a trigger that are logged unless the user asks for others. */
#define SPAN_DEFAULT "100"

_Static_assert(SIFTR_FIELD_episode / 64 == SIFTR_FIELD_trigger / 64, "one word has both marks");

const __u64 *recording__marks(const struct options *options)
{
	static const __u64 marks[ROW_FIELDS_MAX / 64] = {[SIFTR_FIELD_episode / 64] =
								 1ULL << SIFTR_FIELD_episode % 64 |
								 1ULL << SIFTR_FIELD_trigger % 64};

	return options->trigger ? marks : NULL;
}

int recording__choose(struct recording *recording, const struct options *options)
{
	struct recorder_settings *settings = &recording->settings;

	if (!options->trigger)
		return 0;
	if (options->bursts.period_ns) {
		report_message("--trigger has to see all that happens, and --burst does not: leave "
			       "one of them out");
		return -EINVAL;
	}
	if (trigger_rules__parse(options->trigger, &settings->rules) ||
	    recorder_span__parse("before", options->before ?: SPAN_DEFAULT, &settings->before) ||
	    recorder_span__parse("after", options->after ?: SPAN_DEFAULT, &settings->after))
		return -EINVAL;
	settings->memory = options->recorder_bytes;
	recording->groups = trigger_rules__groups(&settings->rules);
	return 0;
}

int recording__open(struct recording *recording, const __u16 offsets[SIFTR_GROUPS],
		    __u32 record_bytes)
{
	struct recorder_settings *settings = &recording->settings;

	if (!settings->rules.kinds)
		return 0;
	memcpy(settings->offsets, offsets, sizeof(settings->offsets));
	settings->record_bytes = record_bytes;
	recording->recorder = recorder__new(settings);
	if (recording->recorder)
		return 0;
	return report_error(-ENOMEM, "reserve the memory of --recorder-memory");
}

void recording__close(struct recording *recording)
{
	recorder__free(recording->recorder);
	recording->recorder = NULL;
}
