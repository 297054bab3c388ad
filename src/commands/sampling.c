// SPDX-License-Identifier: BSD-2-Clause
#include "commands/sampling.h"

#include <stdio.h>

#include <siftr/groups.h>

#include "capture/clock.h"
#include "format/format.h"

bool sampling__has_ppl(const struct options *options)
{
	return (!options->every_ns && !options->on_change) || options->ppl_given;
}

/* siftr_sampling.path, by the bits of the samplers that are on. */
static __u32 find_path(__u64 on, const struct options *options)
{
	__u64 choosing = on & ~(1ULL << SIFTR_SAMPLER_COUNT);
	bool one = !(choosing & (choosing - 1));

	if (!choosing)
		return on ? SIFTR_SAMPLER_COUNT : SIFTR_SAMPLER_NONE;
	if (!one || sampling__has_ppl(options))
		return SIFTR_PATH_SEVERAL;
	return __builtin_ctzll(choosing) | (on != choosing ? SIFTR_PATH_COUNTED : 0);
}

__u32 sampling__early_ticks(__u64 every_ns, __u64 tick_ns)
{
	__u64 ticks = every_ns / tick_ns;

	return ticks > SIFTR_LATE_TICKS ? ticks - SIFTR_LATE_TICKS : 0;
}

void sampling__set(struct siftr_sampling *sampling, const struct options *options, __u32 groups)
{
	__u64 on = (__u64)options->on_change << SIFTR_SAMPLER_CHANGE |
		   (__u64)(options->keep & SIFTR_KEEP_STATES) << SIFTR_SAMPLER_CLOSE |
		   (__u64)(options->keep / SIFTR_KEEP_ZERO_WINDOW) << SIFTR_SAMPLER_ZERO_WINDOW;
	__u32 last = SIFTR_SAMPLER_NONE;

	*sampling = (struct siftr_sampling){
		.every_ns = options->every_ns,
		.every_ticks = sampling__early_ticks(options->every_ns, clock__tick_ns()),
	};
	if (options->every_ns)
		on |= 1 << SIFTR_SAMPLER_EVERY;
	if (groups & SIFTR_GROUP_BIT(sample) || (on && sampling__has_ppl(options)))
		on |= 1 << SIFTR_SAMPLER_COUNT;
	sampling->path = find_path(on, options);
	for (__u32 sampler = SIFTR_SAMPLER_COUNT; sampler < SIFTR_SAMPLERS; sampler++) {
		if (!(on >> sampler & 1))
			continue;
		sampling->next[last] = sampler;
		last = sampler;
	}
}

__u32 sampling__ppl(const struct options *options, __u32 ppl, __u32 groups)
{
	if (!sampling__has_ppl(options))
		return SIFTR_NO_PPL;
	return ppl == 1 && (options->keep || groups & SIFTR_GROUP_BIT(sample)) ? SIFTR_PPL_ALL
									       : ppl;
}

bool sampling__weighs_all(const struct options *options)
{
	return !options->bursts.period_ns && !options->trigger;
}

static bool leaves_out(const struct options *options)
{
	return options->every_ns || options->on_change || options->ppl > 1 || options->max_rate;
}

const char *sampling__fields(const struct options *options)
{
	if (!formats[options->format]->select || !leaves_out(options) ||
	    !sampling__weighs_all(options))
		return NULL;
	return options->max_rate ? "+sample" : "+weight";
}

static const char *ordinal_end(__u32 number)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};

	return number / 10 % 10 == 1 || number % 10 > 3 ? ends[0] : ends[number % 10];
}

void sampling__describe(const struct options *options, const char *received, char *words,
			size_t bytes)
{
	__u32 ppl = options->ppl;

	if (!sampling__has_ppl(options))
		snprintf(words, bytes, "some %spackets", received);
	else if (ppl == 1)
		snprintf(words, bytes, "every %spacket", received);
	else
		snprintf(words, bytes, "every %u%s %spacket%s", ppl, ordinal_end(ppl), received,
			 options->every_ns || options->on_change || options->keep ? " and others"
										  : "");
}
