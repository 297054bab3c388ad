// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf [trace]`: open everything, run until told to stop, stop. The stop
 * is always in this order: switch off, drain, counters, footer, flush, close;
 * only then detach, which waits for every CPU and would keep the log waiting.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "accounting/accounting.h"
#include "capture/clock.h"
#include "capture/drain.h"
#include "capture/load_errors.h"
#include "capture/tracer.h"
#include "capture/transient_error.h"
#include "commands/announce.h"
#include "commands/commands.h"
#include "commands/pause.h"
#include "commands/session.h"
#include "commands/signals.h"
#include "commands/progress.h"
#include "report/report.h"
#include "service/notify.h"
#include "service/sandbox.h"

/* A pass over large rings takes long; this many batches, a few milliseconds. */
#define CHECKPOINT_BATCHES 1024
#define NS_PER_MS	   1000000ULL
#define NEVER_NS	   NOTIFY_NEVER_NS
#define SETTLE_NS	   1000000L /* for a program still running at the stop */
#define SETTLE_ROUNDS	   1000

/* 0 or an exit code, after saying why. */
static int open_all(struct session *session, const struct options *options)
{
	const struct tracer_settings settings = {options->ppl, options->port, options->ring_bytes};
	const struct ring_memory *rings;
	size_t nr_rings;
	int err;

	err = tracer__open(&settings, &session->tracer);
	if (err)
		return transient_error__is(err) ? EXIT_FAILED : EXIT_NO_TRACING;
	rings = tracer__rings(session->tracer, &nr_rings);
	session->drain = drain__new(rings, nr_rings);
	if (!session->drain) {
		report_error(-ENOMEM, "set up the drain");
		return EXIT_FAILED;
	}
	err = session__open(session, options);
	if (err)
		return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
	if (session__rotates(session))
		signals__rotate_on_hangup();
	writer__hurry_when(session->writer, &signals__stop);
	tracer__watch(session->tracer, writer__reader_fd(session->writer));
	return 0;
}

/* Tracing is on once the header can be read. 0 or an exit code. */
static int begin(struct session *session)
{
	struct utsname host;

	uname(&host);
	clock__follow(&session->clock, clock__sample());
	session->begin_ns = clock__monotonic_ns();
	tracer__start(session->tracer);
	return session__begin(session, format__sysver(host.release));
}

/* What takes a privilege is done by now. 0 or an exit code. */
static int confine(struct session *session, const struct options *options)
{
	struct privileges_needs needs;

	session__needs(session, &needs);
	notify__open(&session->notify, clock__monotonic_ns());
	if (privileges__drop(&needs) || sandbox__enter())
		return EXIT_FAILED;
	announce__start(session, options);
	progress__ready(session);
	return 0;
}

/* One pass over the rings; returns the number of records seen. */
static __u64 pass(struct session *session)
{
	const struct siftr_record *records[FLOWS_BATCH];
	__u64 nr_records = 0, nr_batches = 0;
	size_t count;

	clock__follow(&session->clock, clock__sample());
	drain__begin(session->drain, clock__monotonic_ns());
	while ((count = drain__next(session->drain, records, FLOWS_BATCH))) {
		session__log(session, records, count);
		nr_records += count;
		if (++nr_batches % CHECKPOINT_BATCHES == 0)
			session__checkpoint(session);
	}
	drain__end(session->drain);
	session->records += nr_records;
	session__flush(session);
	session__checkpoint(session);
	tracer__poll_switches(session->tracer, session->last_ns);
	return nr_records;
}

static __u64 earliest(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/* What has been drained is of this file, what has not is of the next. */
static void go_on_in_next_file(struct session *session)
{
	notify__reloading(&session->notify, clock__process_ns());
	pass(session);
	session__rotate(session, drain__watermark_ns(session->drain));
	announce__reload(session);
	progress__ready(session);
}

/* With nothing to log, nothing to show and no end set, the sleep has no end either. */
static void run(struct session *session, const struct options *options)
{
	__u64 end_ns = options->duration_ms ? session->begin_ns + options->duration_ms * NS_PER_MS
					    : NEVER_NS;

	progress__begin(session);
	while (!signals__stop && !session__is_over(session)) {
		__u64 records = pass(session), now_ns = clock__monotonic_ns();

		if (signals__take_hangup())
			go_on_in_next_file(session);
		if (now_ns >= end_ns || session__is_over(session))
			return;
		progress__show(session, now_ns);
		pause__until_next(
			session, records,
			earliest(earliest(end_ns, progress__due_ns(session)),
				 earliest(session__retry_ns(session),
					  tracer__poll_due_ns(session->tracer, session->last_ns))));
	}
}

/*
 * A program may still be running when it is switched off: the end is reached when
 * every record the kernel counted has been drained.
 */
static void settle(struct session *session)
{
	const struct timespec moment = {.tv_nsec = SETTLE_NS};

	for (int round = 0; round < SETTLE_ROUNDS; round++) {
		struct siftr_counters before, after;

		tracer__read_counters(session->tracer, &before);
		pass(session);
		tracer__read_counters(session->tracer, &after);
		if (!memcmp(&before, &after, sizeof(before)) && drain__is_empty(session->drain) &&
		    session->records == session__records_counted(&after))
			return;
		nanosleep(&moment, NULL);
	}
}

static void note_missed(const char *name, __u64 missed, void *context)
{
	struct accounting *books = context;

	if (books->nr_hooks == ACCOUNTING_HOOKS_MAX)
		return;
	books->missed[books->nr_hooks].hook = name;
	books->missed[books->nr_hooks++].runs = missed;
}

static void read_programs(const struct programs *programs, struct accounting *books)
{
	programs__each_missed(programs, note_missed, books);
	books->merged_known = programs__counts_merged(programs);
	books->late_known = programs__counts_late(programs);
	books->way = attach_way__name(programs__way(programs));
	books->flow_storage = attach_way__storage_name(programs__flow_storage(programs));
}

/* The books to people and to machines, and what they say of the run. */
static int close_books(const struct session *session, const struct options *options)
{
	struct accounting books;
	__u64 lost;

	session__read_books(session, &books);
	read_programs(tracer__programs(session->tracer), &books);
	books.unobserved_ns = tracer__unobserved_ns(session->tracer);
	if (report_level() >= REPORT_NORMAL)
		accounting__print(&books, report_stream());
	if (session__write_books(session, &books))
		return EXIT_FAILED;
	if (accounting__unexplained(&books)) {
		report_message("the books do not balance; please report this");
		return EXIT_FAILED;
	}
	lost = accounting__lost(&books) + accounting__missed(&books);
	if (options->strict && lost) {
		report_message("%llu packet%s lost or missed, and --strict asks for none", lost,
			       lost == 1 ? " was" : "s were");
		return EXIT_LOSSES;
	}
	if (options->strict && books.unobserved_ns) {
		report_message("tracing was switched off for a time, and --strict asks for none");
		return EXIT_LOSSES;
	}
	return EXIT_CLEAN;
}

static int finish(struct session *session, const struct options *options)
{
	int status, books_status;
	__u64 end_ns;

	notify__stopping(&session->notify);
	tracer__stop(session->tracer, session->last_ns);
	end_ns = clock__monotonic_ns();
	settle(session);
	session->stopped = session->reader_left ? signals__await_stop() : signals__stop;
	status = session__end(session, end_ns);
	books_status = close_books(session, options);
	return status ? status : books_status;
}

int command_trace(const struct options *options)
{
	struct session session = {.notify.fd = -1};
	int status, end_status;

	signals__catch();
	status = open_all(&session, options);
	if (!status)
		status = begin(&session);
	if (!status) {
		status = confine(&session, options);
		if (!status)
			run(&session, options);
		end_status = finish(&session, options);
		status = status ? status : end_status;
	}
	session__close(&session, &status);
	drain__free(session.drain);
	tracer__free(session.tracer);
	notify__close(&session.notify);
	return status;
}
