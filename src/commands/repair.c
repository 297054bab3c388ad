// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf repair`: gives the runs of a log that were killed their footers.
 * What was done goes to stdout, what could not be known to stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "commands/commands.h"
#include "log/dialect.h"
#include "log/mend.h"
#include "log/place.h"
#include "log/set_aside.h"
#include "report.h"

/* A path and a line number. */
#define PLACE_BYTES (PATH_MAX + 24)

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

static void name_place(const char *file, __u64 line, char place[PLACE_BYTES])
{
	snprintf(place, PLACE_BYTES, "%s:%llu", file, line);
}

static void print_run(const char *file, const char *place, const struct mend_run *run)
{
	if (!run->line) {
		printf("%s: a torn header of %llu byte%s cut off\n", file, run->torn_bytes,
		       plural(run->torn_bytes));
		return;
	}
	printf("%s: footer %s: %llu line%s, %llu flow%s, ", place,
	       run->own_counts ? "completed" : "written", run->lines, plural(run->lines),
	       run->flows, plural(run->flows));
	if (run->own_counts)
		puts("with the counts it had");
	else if (run->checkpoint == CHECKPOINT_GOOD)
		printf("from the checkpoint of %llu.%06u\n", run->kept.seconds,
		       run->kept.microseconds);
	else
		puts("from the lines alone");
}

/* What the footer could not be told, and where the counts come from. */
static void explain_run(const char *place, const struct mend_run *run)
{
	const char *why = run->checkpoint == CHECKPOINT_DAMAGED ? "the checkpoint is damaged"
								: "no checkpoint";

	if (run->torn_bytes)
		report_notice("%s: %llu byte%s of a torn line cut off", place, run->torn_bytes,
			      plural(run->torn_bytes));
	if (run->unwritten)
		report_notice("%s: %llu packet%s had been seen and got no line: counted as "
			      "skipped (malloc)",
			      place, run->unwritten, plural(run->unwritten));
	if (run->younger)
		report_notice("%s: %llu packet%s came after the checkpoint: counted by their "
			      "lines",
			      place, run->younger, plural(run->younger));
	if (run->flows_missing)
		report_notice("%s: the flow list lacks %llu flow%s without a line", place,
			      run->flows_missing, plural(run->flows_missing));
	if (run->own_counts && run->checkpoint != CHECKPOINT_GOOD)
		report_notice("%s: %s: not known: flows without a line", place, why);
	else if (run->checkpoint == CHECKPOINT_GOOD && !run->own_counts)
		report_notice("%s: not known: packets of the last moment that got no line", place);
	else if (!run->own_counts)
		report_notice("%s: %s: not known, and counted as none: packets and flows "
			      "without a line",
			      place, why);
}

/* The run that has the line may be another dialect than the file begins with. */
static void refuse_line(const char *file, int fd, const struct mend *mend)
{
	char text[DIALECT_BYTES], place[PLACE_BYTES], is[128];
	ssize_t bytes = pread(fd, text, sizeof(text), (off_t)mend->strange_run);
	struct dialect dialect = dialect__of(text, bytes > 0 ? (size_t)bytes : 0);

	name_place(file, mend->strange_line, place);
	if (mend->strange_line <= 1)
		dialect__report(&dialect, file, DIALECT_TO_REPAIR);
	else if (!dialect__is_read(&dialect))
		report_message("%s: the run of this line %s: nothing was changed", place,
			       dialect__describe(&dialect, is, sizeof(is)));
	else
		report_message("%s: this line of a run without a footer is not as siftr-bpf "
			       "writes it: nothing was changed; correct or remove it, see "
			       "siftr-bpf check",
			       place);
}

static int refuse(const char *file, int fd, const struct mend *mend, int err)
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
		refuse_line(file, fd, mend);
	else
		report_error(err, "look through %s", file);
	return err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
}

/* What is another dialect altogether, killed or not. */
static int refuse_dialect(const char *file, int fd)
{
	struct dialect dialect;
	int err = dialect__of_file(fd, &dialect);

	if (err)
		return report_error(err, "read %s", file);
	if (dialect__is_read(&dialect))
		return 0;
	dialect__report(&dialect, file, DIALECT_TO_REPAIR);
	return -EBADMSG;
}

static void tell_runs(const char *file, const struct mend *mend)
{
	char place[PLACE_BYTES];

	for (size_t i = 0; i < mend->nr_runs; i++) {
		const struct mend_run *run = &mend->runs[i];

		name_place(file, run->line, place);
		if (run->line)
			explain_run(place, run);
		print_run(file, place, run);
	}
	if (mend->more_runs)
		printf("%s: %llu more footer%s written\n", file, mend->more_runs,
		       plural(mend->more_runs));
}

static int tell(const char *file, const struct mend *mend)
{
	tell_runs(file, mend);
	if (!mend->nr_runs && !mend->defects && !mend->empty)
		printf("%s: whole, nothing to repair\n", file);
	report_flush();
	if (mend->empty)
		report_message("%s is empty: there is no run in it", file);
	if (mend->defects)
		report_message("%s: %llu defect%s left that no footer mends: see siftr-bpf check",
			       file, mend->defects, plural(mend->defects));
	return mend->defects || mend->empty ? EXIT_FAILED : EXIT_CLEAN;
}

/* The log stays locked under both its descriptors until all is done. */
static int repair_open(const char *file, int fd, int directory_fd, const char *name)
{
	struct mend mend;
	int status, err, new_fd = -1;

	if (refuse_dialect(file, fd))
		return EXIT_OUTPUT;
	err = mend__plan(fd, directory_fd, directory_fd, &mend);
	if (err) {
		status = refuse(file, fd, &mend, err);
		mend__free(&mend);
		return status;
	}
	err = edits__apply(&mend.edits, name, &new_fd);
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
