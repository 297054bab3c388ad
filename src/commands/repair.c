// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf repair`: writes the footers of runs that were killed. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/repair_compressed.h"
#include "commands/repair_report.h"
#include "read/dialect_report.h"
#include "repair/scan.h"
#include "output/secure_open.h"
#include "repair/set_aside.h"
#include "report/report.h"

/*
 * Whether a running trace still writes the file. secure_open__open() would reject it, but with a
 * message that does not say what to do.
 */
static bool is_being_written(const char *file)
{
	int fd = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool busy;

	if (fd < 0)
		return false;
	busy = secure_open__lock(fd) == -EBUSY;
	close(fd);
	return busy;
}

/*
 * Repairs the log itself, then removes the checkpoints of its runs. If it is replaced by a copy
 * there are two descriptors, of the old and the new file; both stay locked until the repair is
 * done.
 */
static int repair_in_place(const char *file, const struct log_path *log, struct plan *plan)
{
	int new_fd, err = file_patch__apply(&plan->edits, log->name, &new_fd);

	if (err)
		report_error(err, "repair %s", file);
	else
		plan__remove_checkpoints(plan, log->directory_fd);
	if (new_fd >= 0)
		close(new_fd);
	return err;
}

/*
 * Writes the repaired log to another file. The log itself is not changed, so its checkpoint is
 * kept.
 */
static int repair_copy(const struct log_path *copy, struct plan *plan)
{
	int err = file_patch__write(&plan->edits, copy->name);

	return err ? report_error(err, "write %s", copy->path) : 0;
}

static int repair_text(const char *file, int fd, const struct log_path *log,
		       const struct log_path *copy)
{
	struct plan plan;
	int status, err;

	err = scan__log(fd, log->directory_fd, (copy ? copy : log)->directory_fd, &plan);
	if (err)
		status = repair_report__error(file, fd, &plan, err);
	else if (copy ? repair_copy(copy, &plan) : repair_in_place(file, log, &plan))
		status = EXIT_FAILED;
	else
		status = repair_report__done(file, &plan);
	plan__free(&plan);
	return status;
}

/* Repairs a log, zstd or text, or rejects a file that cannot be repaired. Returns an exit code. */
static int repair_open(const char *file, int fd, const struct log_path *log,
		       const struct log_path *copy)
{
	struct dialect dialect;
	int err = dialect__of_file(fd, &dialect);

	if (err) {
		report_error(err, "read %s", file);
		return EXIT_OUTPUT;
	}
	if (dialect.kind == DIALECT_ZSTD)
		return repair_compressed__file(file, fd, log, copy);
	if (dialect__is_supported(&dialect))
		return repair_text(file, fd, log, copy);
	dialect_report__error(&dialect, file, DIALECT_TO_REPAIR);
	return EXIT_OUTPUT;
}

/* `copy` is the path of the repaired log; NULL: it replaces the old one. */
static int repair_file(const char *file, const struct log_path *copy)
{
	struct log_path log;
	int status, fd;

	if (is_being_written(file)) {
		report_message("%s is being written: stop that siftr-bpf first", file);
		return EXIT_OUTPUT;
	}
	if (log_path__find(&log, file, "the log"))
		return EXIT_OUTPUT;
	fd = secure_open__open(&log, copy ? O_RDONLY : O_RDWR);
	status = fd < 0 ? EXIT_OUTPUT : repair_open(file, fd, &log, copy);
	if (fd >= 0)
		close(fd);
	log_path__close(&log);
	return status;
}

/*
 * Repairs into the file `to`, which must not exist. That is checked first, as reading a long log
 * takes time.
 */
static int repair_into(const char *file, const char *to)
{
	struct log_path copy;
	struct stat status;
	int exit_code = EXIT_OUTPUT;

	if (log_path__find(&copy, to, "the repaired log"))
		return EXIT_OUTPUT;
	if (log_path__stat(&copy, &status) == 0)
		report_message("%s exists already: name another file for the repaired log", to);
	else
		exit_code = repair_file(file, &copy);
	log_path__close(&copy);
	return exit_code;
}

static int repair_set_aside(const char *file)
{
	return repair_file(file, NULL);
}

/*
 * Renames the log if its run was killed, and repairs all logs that were renamed so, now or by an
 * earlier trace, and still have a checkpoint. A log that a running trace writes is left alone
 * without an error.
 */
static int repair_killed(const char *file)
{
	struct set_aside aside;
	struct log_path log;
	int worst;

	if (log_path__find(&log, file, "the log"))
		return EXIT_OUTPUT;
	worst = set_aside__killed_run(&log, &aside);
	if (!worst)
		worst = set_aside__repair_each(&log, repair_set_aside);
	log_path__close(&log);
	return worst < 0 ? EXIT_OUTPUT : worst;
}

/* Whether the log is missing because the service has never run, which is no error. */
static bool is_missing_yet(const struct options *options, const char *file)
{
	return options->file_of_config && access(file, F_OK) && errno == ENOENT;
}

static int repair_as_asked(const struct options *options, const char *file)
{
	if (options->set_aside)
		return repair_killed(file);
	if (options->repaired)
		return repair_into(file, options->repaired);
	return is_missing_yet(options, file) ? EXIT_CLEAN : repair_file(file, NULL);
}

int command_repair(const struct options *options)
{
	int worst = EXIT_CLEAN;

	for (int i = 0; i < options->nr_files; i++) {
		int status = repair_as_asked(options, options->files[i]);

		if (status > worst)
			worst = status;
	}
	return report_flush() ? EXIT_OUTPUT : worst;
}
