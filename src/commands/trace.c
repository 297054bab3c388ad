// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf [trace]`: opens everything, runs until a signal or limit, stops: switch off, drain,
 * read counters, footer, flush, close. Detaching waits for every CPU, so it comes last.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include <siftr/time_units.h>

#include "accounting/accounting.h"
#include "capture/clock.h"
#include "capture/drain.h"
#include "capture/load_errors.h"
#include "capture/tracer.h"
#include "capture/transient_error.h"
#include "commands/announce.h"
#include "commands/bursts.h"
#include "commands/commands.h"
#include "commands/pause.h"
#include "commands/run.h"
#include "commands/run_facts.h"
#include "commands/run_summary.h"
#include "commands/signals.h"
#include "format/sysver.h"
#include "manifest/manifest.h"
#include "report/report.h"
#include "service/notify.h"
#include "service/sandbox.h"

/* Opens everything that a run needs. 0 or an exit code, reported. */
static int open_all(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	struct tracer_settings settings = {.ppl = options->ppl,
					   .filter = &options->filter,
					   .ring_bytes = options->ring_bytes,
					   .complete = options->strict};
	const struct ring_memory *rings;
	size_t nr_rings;
	int err;

	if (session__choose(session, options))
		return EXIT_USAGE;
	settings.first_packet = formats[options->format]->first_packet;
	settings.inbound_only = formats[options->format]->inbound_only;
	settings.groups = session__groups(session);
	err = tracer__open(&settings, &run->tracer);
	if (err)
		return transient_error__is(err) ? EXIT_FAILED : EXIT_NO_TRACING;
	rings = tracer__rings(run->tracer, &nr_rings);
	run->drain = drain__new(rings, nr_rings);
	if (!run->drain) {
		report_error(-ENOMEM, "set up the drain");
		return EXIT_FAILED;
	}
	session->tracer = run->tracer;
	session->summary = run_summary__new(options);
	err = session__open(session, options);
	if (err)
		return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
	if (log_file__can_rotate(&session->file))
		signals__rotate_on_hangup();
	writer__hurry_when(session->output.writer, &signals__stop);
	tracer__watch(run->tracer, writer__reader_fd(session->output.writer));
	return 0;
}

/* Collects the facts of --manifest while that is allowed. 0 or an exit code, reported. */
static int collect_facts(struct run *run, const struct options *options)
{
	if (!options->manifest)
		return 0;
	run->manifest = manifest__collect(options->config);
	return run->manifest ? 0 : EXIT_FAILED;
}

/*
 * Begins the run. Tracing starts before the header is written: whoever sees the header can rely on
 * tracing being on.
 */
static int begin(struct run *run, const struct burst_schedule *bursts)
{
	struct session *session = &run->session;
	struct utsname host;

	uname(&host);
	clock__follow(&session->wall.clock, clock__sample());
	session->begin_ns = clock__monotonic_ns();
	session->file.suspended = !bursts__is_on(session, bursts);
	if (!session->file.suspended)
		tracer__start(run->tracer);
	return session__begin(session, sysver__parse(host.release));
}

static bool is_service(const struct run *run)
{
	return run->progress.notify.fd >= 0;
}

/*
 * Drops privileges and enters the sandbox, after everything that needs privilege. 0 or an exit
 * code.
 */
static int confine(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	struct privileges_needs needs;

	output_paths__needs(&session->paths, log_file__can_rotate(&session->file), &needs);
	notify__open(&run->progress.notify, clock__monotonic_ns());
	if (privileges__drop(&needs) || sandbox__enter())
		return EXIT_FAILED;
	if (run_facts__begin(&session->paths, run->manifest))
		return EXIT_OUTPUT;
	announce__start(session, options, is_service(run));
	progress__ready(&run->progress);
	return 0;
}

static __u64 earliest(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/*
 * Continues in another file on SIGHUP. Records that have been read from the rings belong to the
 * current file, all others to the next.
 */
static void reload(struct run *run)
{
	notify__reloading(&run->progress.notify, clock__process_ns());
	run__pass(run);
	session__rotate(&run->session, drain__watermark_ns(run->drain));
	announce__reload(&run->session, is_service(run));
	progress__ready(&run->progress);
}

static __u64 next_deadline_ns(const struct run *run, const struct burst_schedule *bursts,
			      __u64 end_ns)
{
	const struct session *session = &run->session;

	end_ns = earliest(end_ns, bursts__due_ns(session, bursts));
	return earliest(earliest(end_ns, progress__due_ns(&run->progress)),
			earliest(session__retry_ns(session),
				 tracer__poll_due_ns(run->tracer, session->last_ns)));
}

/* The main loop: passes over the rings with pauses between them, until the run has to end. */
static void trace(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	__u64 end_ns = options->duration_ms
			       ? session->begin_ns + options->duration_ms * NSEC_PER_MSEC
			       : NEVER_NS;

	progress__begin(&run->progress);
	while (!signals__stop && !session__is_over(session)) {
		__u64 records = run__pass(run), now_ns = clock__monotonic_ns();

		if (signals__take_hangup())
			reload(run);
		bursts__follow(run, &options->bursts);
		if (now_ns >= end_ns || session__is_over(session))
			return;
		progress__show(&run->progress, now_ns);
		pause__until_next(run->tracer, run->drain, &session->file.checkpoint, records,
				  next_deadline_ns(run, &options->bursts, end_ns));
	}
}

/* Prints the accounting and writes it where it is wanted. Returns an exit code. */
static int finish_accounting(const struct run *run, const struct options *options)
{
	const struct session *session = &run->session;
	struct accounting accounting;
	__u64 lost;

	run_counts__read(&session->counts, &accounting);
	run_counts__add_programs(tracer__programs(session->tracer), &accounting);
	accounting.unobserved_ns = tracer__unobserved_ns(session->tracer);
	if (report_level() >= REPORT_NORMAL)
		accounting__print(&accounting, report_stream());
	if (run_facts__end(&session->paths, run->manifest, &accounting))
		return EXIT_FAILED;
	if (accounting__unexplained(&accounting)) {
		report_message("the packet accounting does not balance; please report this");
		return EXIT_FAILED;
	}
	lost = accounting__lost(&accounting) + accounting__missed(&accounting);
	if (options->strict && lost) {
		report_message("%llu packet%s lost or missed, and --strict asks for none", lost,
			       lost == 1 ? " was" : "s were");
		return EXIT_LOSSES;
	}
	if (options->strict && accounting.unobserved_ns) {
		report_message("tracing was switched off for a time, and --strict asks for none");
		return EXIT_LOSSES;
	}
	return EXIT_CLEAN;
}

static int finish(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	struct siftr_counters counters;
	int status, accounting_status;
	__u64 end_ns;

	notify__stopping(&run->progress.notify);
	end_ns = bursts__stop(run, &counters);
	run_counts__end(&session->counts, &counters);
	session->stopped = session->output.reader_left ? signals__await_stop() : signals__stop;
	status = session__end(session, end_ns);
	accounting_status = finish_accounting(run, options);
	run_summary__print(session->summary);
	return status ? status : accounting_status;
}

int command_trace(const struct options *options)
{
	struct run run = {.progress.notify.fd = -1};
	int status, end_status;

	run.progress.session = &run.session;
	signals__catch();
	status = open_all(&run, options);
	if (!status)
		status = collect_facts(&run, options);
	if (!status)
		status = begin(&run, &options->bursts);
	if (!status) {
		status = confine(&run, options);
		if (!status)
			trace(&run, options);
		end_status = finish(&run, options);
		status = status ? status : end_status;
	}
	session__close(&run.session, &status);
	run_summary__free(run.session.summary);
	drain__free(run.drain);
	manifest__free(run.manifest);
	tracer__free(run.tracer);
	notify__close(&run.progress.notify);
	return status;
}
