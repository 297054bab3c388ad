// SPDX-License-Identifier: BSD-2-Clause
#include "commands/steer.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "commands/announce.h"
#include "commands/bursts.h"
#include "commands/sampling.h"
#include "filter/filter.h"
#include "report/report.h"

/* Interval and greatest number of the passes until the packets before a change have been read. */
#define PASS_NS NSEC_PER_MSEC
#define PASSES	1000

/* The next file of the log, opened before anything changes. */
struct next_output {
	struct log_path path;
	bool has_path; /* it is at another path */
};

static bool is_changed(const char *one, const char *other)
{
	return one != other && (!one || !other || strcmp(one, other) != 0);
}

/* Opens the output if it is another one. */
static int open_output(struct run *run, const struct options *now, const struct options *wanted,
		       struct next_output *next)
{
	struct session *session = &run->session;
	int err;

	if (!is_changed(now->output, wanted->output))
		return 0;
	err = output_paths__find_log(&session->paths, now->rotate, wanted->output, &next->path);
	if (err)
		return err;
	err = log_rotation__open_path(&session->rotation, &next->path);
	if (err)
		log_path__close(&next->path);
	next->has_path = !err;
	return err;
}

/* A log that was renamed while nothing was traced goes on in a new file. */
static int open_renamed(struct run *run)
{
	struct session *session = &run->session;

	if (!log_file__can_rotate(&session->file) ||
	    writer__is_at(session->output.writer, &session->paths.log))
		return 0;
	session__rotate(session, clock__monotonic_ns());
	return session->rotation.next_wanted ? -EIO : 0;
}

/*
 * Reads the records of packets before the settings changed, so that they stay in the old output: a
 * pass leaves out the last few milliseconds, see drain.h.
 */
static void pass_change(struct run *run)
{
	const struct timespec moment = {.tv_nsec = PASS_NS};
	__u64 changed_ns = clock__monotonic_ns();

	run__pass(run);
	for (int i = 0; i < PASSES && drain__watermark_ns(run->drain) < changed_ns; i++) {
		nanosleep(&moment, NULL);
		run__pass(run);
	}
}

static void change_output(struct run *run, const struct next_output *next)
{
	struct session *session = &run->session;

	pass_change(run);
	if (!session->file.suspended)
		log_deletion__check_at_end(&session->deletion, session->last_ns, false);
	log_rotation__change_path(&session->rotation, &session->paths.log, &next->path,
				  drain__watermark_ns(run->drain));
	session->deletion.deleted = false;
	report_detail("the log goes on in %s", session->output.name);
}

static void change_ppl(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	struct rate_limit *limit = &run->limit;

	rate_limit__change(limit, options->max_rate, options->ppl, clock__monotonic_ns(),
			   run_counts__lines(&session->counts));
	session->ppl = sampling__ppl(options, limit->ppl, log_fields__groups(&session->fields));
	tracer__set_ppl(run->tracer, session->ppl);
}

int steer__apply(struct run *run, struct options *now, const struct steering *wanted)
{
	const struct options *options = &wanted->options;
	struct next_output next = {};
	bool disable = wanted->disabled && !run->disabled;
	int err = open_output(run, now, options, &next);

	if (!err && run->disabled && !wanted->disabled && !next.has_path)
		err = open_renamed(run);
	/* Nothing but memory may be missing here, which a change of the output does not need. */
	if (!err && filter__differs(&now->filter, &options->filter))
		err = tracer__set_filter(run->tracer, &options->filter);
	if (err) {
		if (next.has_path)
			log_path__close(&next.path);
		return err;
	}
	/* What is reported from here on is no answer to the client. */
	report_divert(NULL, 0);
	if (options->ppl != now->ppl || options->max_rate != now->max_rate)
		change_ppl(run, options);
	run->disabled = wanted->disabled;
	if (disable)
		bursts__follow(run, &now->bursts);
	if (next.has_path)
		change_output(run, &next);
	*now = *options;
	bursts__follow(run, &now->bursts);
	return 0;
}
