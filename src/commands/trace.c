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
#include <unistd.h>

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
#include "commands/control_requests.h"
#include "commands/final_accounting.h"
#include "commands/last_lines.h"
#include "commands/live_run.h"
#include "commands/pause.h"
#include "commands/rate_limit.h"
#include "commands/reload.h"
#include "commands/run.h"
#include "commands/run_control.h"
#include "commands/run_facts.h"
#include "commands/run_summary.h"
#include "commands/sampling.h"
#include "commands/signals.h"
#include "commands/trace.h"
#include "format/sysver.h"
#include "manifest/manifest.h"
#include "report/plural.h"
#include "report/report.h"
#include "service/notify.h"
#include "service/privileges.h"
#include "service/sandbox.h"
#include "usdt/probes.h"

/*
 * Makes the control socket, for the user that the process becomes. Nobody is not a user to trust.
 * 0 or an exit code, reported.
 */
static int open_control(struct run *run, struct options *options)
{
	const struct session *session = &run->session;
	struct privileges_needs needs;
	uid_t owner = geteuid();

	output_paths__needs(&session->paths, log_file__can_rotate(&session->file), &needs);
	if (!owner && needs.user != PRIVILEGES_NOBODY)
		owner = needs.user;
	return run_control__open(run, options, owner, control_requests__answer) ? EXIT_OUTPUT : 0;
}

/* Opens everything that a run needs. 0 or an exit code, reported. */
static int open_all(struct run *run, struct options *options)
{
	struct session *session = &run->session;
	struct tracer_settings settings = {.filter = &options->filter,
					   .ring_bytes = options->ring_bytes,
					   .steered = options->control != NULL,
					   .complete = options->strict};
	const struct ring_memory *rings;
	size_t nr_rings;
	int err;

	if (session__choose(session, options))
		return EXIT_USAGE;
	if (session->view)
		log_fields__write_nothing(&session->fields);
	settings.first_packet = formats[options->format]->first_packet;
	settings.inbound_only = formats[options->format]->inbound_only;
	settings.groups = session__groups(session);
	sampling__set(&settings.sampling, options, settings.groups);
	settings.ppl = session->ppl = sampling__ppl(options, options->ppl, settings.groups);
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
	tracer__watch(run->tracer, writer__reader_fd(session->output.writer), 0);
	return open_control(run, options);
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
	clock__refresh(&session->wall.clock);
	session->begin_ns = clock__monotonic_ns();
	session->file.suspended = !bursts__is_on(session, bursts);
	if (!session->file.suspended)
		tracer__start(run->tracer);
	return session__begin(session, sysver__parse(host.release));
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
	run_control__needs(run, &needs);
	notify__open(&run->progress.notify, clock__monotonic_ns());
	if (programs__may_attach(tracer__programs(run->tracer)))
		sandbox__keep_attaching();
	if (privileges__drop(&needs) || sandbox__enter(run_control__fd(run)))
		return EXIT_FAILED;
	if (run_facts__begin(&session->paths, run->manifest))
		return EXIT_OUTPUT;
	announce__start(session, options, run__is_service(run));
	progress__ready(&run->progress);
	return 0;
}

static __u64 earliest(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

static __u64 next_deadline_ns(const struct run *run, const struct burst_schedule *bursts,
			      __u64 end_ns)
{
	const struct session *session = &run->session;

	end_ns = earliest(end_ns, bursts__due_ns(session, bursts));
	end_ns = earliest(end_ns, rate_limit__due_ns(&run->limit));
	end_ns = earliest(end_ns, live_run__due_ns(run, clock__monotonic_ns()));
	return earliest(earliest(end_ns, progress__due_ns(&run->progress)),
			earliest(session__retry_ns(session),
				 tracer__poll_due_ns(run->tracer, session->last_ns)));
}

/* Raises or lowers ppl by --max-rate. */
static void limit_rate(struct run *run, const struct options *options, __u64 now_ns)
{
	struct session *session = &run->session;
	struct rate_limit *limit = &run->limit;
	__u32 before = limit->ppl;

	if (!rate_limit__poll(limit, now_ns, run_counts__lines(&session->counts)))
		return;
	session->ppl = sampling__ppl(options, limit->ppl, log_fields__groups(&session->fields));
	tracer__set_ppl(run->tracer, session->ppl);
	session->counts.ppl_changes = limit->nr_changes;
	session->counts.ppl_highest = limit->highest;
	report_notice("--max-rate: %llu line%s a second, ppl is %u now and was %u", limit->rate,
		      plural__ending(limit->rate), limit->ppl, before);
}

/* The main loop: passes over the rings with pauses between them, until the run has to end. */
static void trace(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	__u64 end_ns = options->duration_ms
			       ? session->begin_ns + options->duration_ms * NSEC_PER_MSEC
			       : NEVER_NS;

	progress__begin(&run->progress);
	live_run__begin(run);
	rate_limit__begin(&run->limit, options->max_rate, options->ppl, session->begin_ns);
	while (!signals__stop && !session__is_over(session) && !live_run__is_over(run)) {
		__u64 records = run__pass(run), now_ns = clock__monotonic_ns();

		if (signals__take_hangup())
			reload__next_file(run);
		bursts__follow(run, &options->bursts);
		if (now_ns >= end_ns || session__is_over(session))
			return;
		limit_rate(run, options, now_ns);
		progress__show(&run->progress, now_ns);
		live_run__show(run, now_ns);
		records += run_control__poll(run);
		pause__until_next(run->tracer, run->drain, &session->file.checkpoint, records,
				  next_deadline_ns(run, &options->bursts, end_ns));
	}
}

static int finish(struct run *run, const struct options *options)
{
	struct session *session = &run->session;
	struct siftr_counters counters;
	int status, accounting_status;
	__u64 end_ns;

	notify__stopping(&run->progress.notify);
	live_run__end(run);
	end_ns = bursts__stop(run, &counters);
	if (session->rows.sample_offset) {
		rests__read(&session->rests, run->tracer);
		run__pass(run); /* the last lines of the flows that have ended meanwhile */
	}
	run_counts__end(&session->counts, &counters);
	last_lines__log(session, end_ns > session->last_ns ? end_ns : session->last_ns);
	session->stopped = session->output.reader_left ? signals__await_stop() : signals__stop;
	status = session__end(session, end_ns);
	if (probes__want_loss())
		loss_probe__poll(&run->loss, session, true);
	accounting_status = final_accounting__finish(run, options);
	run_summary__print(session->summary);
	return status ? status : accounting_status;
}

int trace__run(const struct options *given, struct live_view *view)
{
	struct options copy = *given, *options = &copy; /* the control socket changes them */
	struct run run = {.progress.notify.fd = -1, .session.view = view};
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
	run_control__close(&run, status);
	run_summary__free(run.session.summary);
	drain__free(run.drain);
	manifest__free(run.manifest);
	marks__free(&run.marks);
	tracer__free(run.tracer);
	notify__close(&run.progress.notify);
	return status;
}

int command_trace(const struct options *options)
{
	return trace__run(options, NULL);
}
