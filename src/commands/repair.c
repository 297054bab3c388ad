// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf repair`: gives the runs of a log that were killed their footers.
 * What was done goes to stdout, what could not be known to stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "commands/commands.h"
#include "log/mend.h"
#include "log/place.h"
#include "log/set_aside.h"
#include "report.h"

/* Asked before it is opened, since a log that is being written needs another answer. */
static int is_being_written(const char *file)
{
	int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int busy;

	if (fd < 0)
		return 0;
	busy = place__lock(fd) == -EBUSY;
	close(fd);
	return busy;
}

static const char *plural(__u64 number)
{
	return number == 1 ? "" : "s";
}

static void print_run(const char *file, const struct mend_run *run)
{
	if (!run->line) {
		printf("%s: a torn header of %llu byte%s cut off\n", file, run->torn_bytes,
		       plural(run->torn_bytes));
		return;
	}
	printf("%s:%llu: footer written: %llu line%s, %llu flow%s, ", file, run->line, run->lines,
	       plural(run->lines), run->flows, plural(run->flows));
	if (run->checkpoint == CHECKPOINT_GOOD)
		printf("from the checkpoint of %llu.%06u\n", run->kept.seconds,
		       run->kept.microseconds);
	else
		puts("from the lines alone");
}

/* What the footer could not be told, and where the counts come from. */
static void explain_run(const char *file, const struct mend_run *run)
{
	if (!run->line)
		return;
	if (run->torn_bytes)
		report_notice("%s:%llu: %llu byte%s of a torn line cut off", file, run->line,
			      run->torn_bytes, plural(run->torn_bytes));
	if (run->unwritten)
		report_notice("%s:%llu: %llu packet%s had been seen and got no line: counted as "
			      "skipped (malloc)",
			      file, run->line, run->unwritten, plural(run->unwritten));
	if (run->younger)
		report_notice("%s:%llu: %llu packet%s came after the checkpoint: counted by their "
			      "lines",
			      file, run->line, run->younger, plural(run->younger));
	if (run->flows_missing)
		report_notice("%s:%llu: the flow list lacks %llu flow%s without a line", file,
			      run->line, run->flows_missing, plural(run->flows_missing));
	if (run->checkpoint == CHECKPOINT_GOOD)
		report_notice("%s:%llu: not known: packets of the last moment that got no line",
			      file, run->line);
	else
		report_notice("%s:%llu: %s: not known, and counted as none: packets and flows "
			      "without a line",
			      file, run->line,
			      run->checkpoint == CHECKPOINT_DAMAGED ? "the checkpoint is damaged"
								    : "no checkpoint");
}

static int refuse(const char *file, const struct mend *mend, int err)
{
	if (err == -EBADF && mend->refused_state == CHECKPOINT_FOREIGN)
		report_message("%s: the checkpoint %s has another owner than the log: if it is not "
			       "yours, move it away",
			       file, mend->refused);
	else if (err == -EBADF)
		report_message("%s: the checkpoint %s is of another file: repair that one, or move "
			       "the checkpoint away",
			       file, mend->refused);
	else if (err == -EBADMSG)
		report_message("%s is no SIFTR log: it does not begin with a header", file);
	else
		report_error(err, "look through %s", file);
	return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
}

static int tell(const char *file, const struct mend *mend)
{
	for (size_t i = 0; i < mend->nr_runs; i++) {
		explain_run(file, &mend->runs[i]);
		print_run(file, &mend->runs[i]);
	}
	if (!mend->nr_runs && !mend->defects)
		printf("%s: whole, nothing to repair\n", file);
	report_flush();
	if (!mend->defects)
		return EXIT_CLEAN;
	report_message("%s: %llu defect%s left that no footer mends: see siftr-bpf check", file,
		       mend->defects, plural(mend->defects));
	return EXIT_FAILED;
}

/* The log stays locked under both its descriptors until all is done. */
static int repair_open(const char *file, int fd, int directory_fd, const char *name)
{
	struct mend mend;
	int status, err, new_fd = -1;

	err = mend__plan(fd, directory_fd, &mend);
	if (err) {
		status = refuse(file, &mend, err);
		mend__free(&mend);
		return status;
	}
	err = edits__apply(&mend.edits, directory_fd, name, fd, &new_fd);
	if (err) {
		report_error(err, "repair %s", file);
		status = EXIT_FAILED;
	} else {
		mend__remove_used(&mend, directory_fd);
		status = tell(file, &mend);
	}
	if (new_fd >= 0)
		close(new_fd);
	mend__free(&mend);
	return status;
}

static int repair_file(const char *file, int may_be_missing)
{
	struct log_path log;
	int status, fd;

	/* A service that has never run has no log. */
	if (may_be_missing && access(file, F_OK) && errno == ENOENT)
		return EXIT_CLEAN;
	if (is_being_written(file)) {
		report_message("%s is being written: stop that siftr-bpf first", file);
		return EXIT_OUTPUT;
	}
	if (log_path__find(&log, file, "the log"))
		return EXIT_OUTPUT;
	fd = place__open(&log, O_RDWR);
	status = fd < 0 ? EXIT_OUTPUT : repair_open(file, fd, log.directory_fd, log.name);
	if (fd >= 0)
		close(fd);
	log_path__close(&log);
	return status;
}

static int repair_set_aside(const char *file)
{
	return repair_file(file, 0);
}

/* A log that is being written is left alone: only what was killed is looked at. */
static int repair_killed(const char *file)
{
	struct set_aside aside;
	struct log_path log;
	int worst;

	if (log_path__find(&log, file, "the log"))
		return EXIT_OUTPUT;
	worst = set_aside__killed(&log, &aside);
	if (!worst)
		worst = set_aside__each(&log, repair_set_aside);
	log_path__close(&log);
	return worst < 0 ? EXIT_OUTPUT : worst;
}

int command_repair(const struct options *options)
{
	int worst = EXIT_CLEAN;

	for (int i = 0; i < options->nr_files; i++) {
		int status = options->set_aside
				     ? repair_killed(options->files[i])
				     : repair_file(options->files[i], options->config != NULL);

		if (status > worst)
			worst = status;
	}
	return report_flush() ? EXIT_OUTPUT : worst;
}
