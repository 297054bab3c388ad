// SPDX-License-Identifier: BSD-2-Clause
#include "commands/log_output.h"

#include <errno.h>

#include <siftr/time_units.h>

#include "capture/clock.h"
#include "options/options.h"
#include "output/frames.h"
#include "report/report.h"

#define FRAME_BYTES (FRAMES_TEXT_MAX / 2)
#define RETRY_NS    (NSEC_PER_SEC / 4)	/* between attempts to write after an error */
#define FRAME_NS    NSEC_PER_SEC	/* the most that a killed run loses of a compressed log */
#define REPEAT_NS   (60 * NSEC_PER_SEC) /* between reports of a failing device */

int log_output__open(struct log_output *output, const struct log_path *path,
		     const struct preallocate_limits *limits, const struct log_encoding *encoding)
{
	output->name = path ? path->path : "stdout";
	output->frame_ns = NEVER_NS;
	return writer__open(path, limits, encoding, &output->writer);
}

static __u64 lines_lost(const struct log_output *output)
{
	__u64 lost[SIFTR_DIRECTIONS];

	writer__lost_lines(output->writer, lost);
	return lost[SIFTR_IN] + lost[SIFTR_OUT];
}

static void report_lost_lines(const struct log_output *output)
{
	if (writer__is_at_min_free(output->writer))
		report_message("less space than --min-free is left for %s: lines are lost, and "
			       "counted, until there is more",
			       output->name);
	else
		report_error(output->error,
			     "write %s: lines are lost, and counted, until it can be "
			     "written again",
			     output->name);
}

static void report_recovery(const struct log_output *output)
{
	__u64 lost = lines_lost(output);

	report_notice("writing %s again; %llu line%s lost", output->name, lost,
		      lost == 1 ? " was" : "s were");
}

/*
 * Whether to report an error. Lack of space is always reported; any other error at most once a
 * minute, because a failing device can fail and recover many times in that time.
 */
static bool should_report(struct log_output *output, __u64 now_ns)
{
	if (preallocate__is_short(output->error))
		return true;
	if (output->reported_ns && now_ns - output->reported_ns < REPEAT_NS)
		return false;
	output->reported_ns = now_ns;
	return true;
}

static void set_error(struct log_output *output, int err, __u64 now_ns)
{
	bool was_reported = output->error_reported;

	if (err == output->error)
		return;
	output->error = err;
	output->error_reported = err && err != -EPIPE && should_report(output, now_ns);
	if (err == -EPIPE)
		output->reader_left = true;
	else if (output->error_reported)
		report_lost_lines(output);
	else if (!err && was_reported)
		report_recovery(output);
}

void log_output__flush_now(struct log_output *output)
{
	__u64 now_ns = clock__monotonic_ns();

	output->frame_ns = NEVER_NS;
	set_error(output, writer__flush(output->writer), now_ns);
	output->retry_ns = now_ns + RETRY_NS;
}

/* Whether lines have to wait for more, because small frames compress badly. */
static bool should_wait(struct log_output *output)
{
	size_t bytes = writer__frame_bytes(output->writer);
	__u64 now_ns;

	if (!bytes || output->error)
		return false;
	now_ns = clock__monotonic_ns();
	if (output->frame_ns == NEVER_NS)
		output->frame_ns = now_ns + FRAME_NS;
	return bytes < FRAME_BYTES && now_ns < output->frame_ns;
}

/*
 * After an error, writing to a file is tried again only every RETRY_NS. Writing to a pipe is not
 * postponed then, because the writer itself waits for the reader.
 */
void log_output__flush(struct log_output *output)
{
	int err = writer__trouble(output->writer);

	if (should_wait(output))
		return;
	if (!err || err != output->error || !writer__is_file(output->writer) ||
	    clock__monotonic_ns() >= output->retry_ns)
		log_output__flush_now(output);
}

__u64 log_output__due_ns(const struct log_output *output)
{
	return output->error ? output->retry_ns : output->frame_ns;
}

void log_output__fail(struct log_output *output, int err)
{
	output->error = err;
	output->reader_left = err == -EPIPE;
	/* A header written later, on closing, would look like that of a killed run. */
	if (!output->reader_left)
		writer__discard(output->writer);
}

int log_output__end_pipe(const struct log_output *output, bool stopped, int status)
{
	bool lost = output->reader_left;

	/* If text is unwritten the reader has stalled, and flushing has waited for it already. */
	if (!lost && stopped && !writer__has_unwritten(output->writer))
		lost = !writer__wait_until_read(output->writer);
	if (!lost)
		return status;
	if (!stopped)
		return EXIT_CLEAN;
	report_message("the end of the log is lost: its reader ended first; Ctrl-C reaches all of "
		       "a pipeline, so make the reader ignore it, as 'tee -i' does, or use "
		       "--output");
	return EXIT_FAILED;
}
