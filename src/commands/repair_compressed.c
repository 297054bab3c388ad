// SPDX-License-Identifier: BSD-2-Clause
/*
 * A killed run leaves a compressed log without its seek table and without a footer. `siftr-bpf
 * repair` writes the table, but not the footer: its counts would have to come from a checkpoint,
 * and a compressed log has none.
 */
#include "commands/repair_compressed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "check/validate.h"
#include "options/options.h"
#include "output/frame_scan.h"
#include "read/dialect_report.h"
#include "repair/compressed_log.h"
#include "report/plural.h"
#include "report/report.h"
#include "report/text.h"

/* Whether the compressed text is a log, of *dialect; if not, reports what it is instead. */
static bool is_log(const char *file, int fd, struct dialect *dialect)
{
	const struct dialect compressed = {.kind = DIALECT_ZSTD};
	char text[DIALECT_BYTES];
	size_t bytes;
	int err = frame_scan__beginning(fd, text, sizeof(text), &bytes);

	if (err) {
		dialect_report__error(&compressed, file, DIALECT_TO_REPAIR);
		return false;
	}
	*dialect = dialect__of(text, bytes);
	if (dialect__is_readable(dialect))
		return true;
	dialect_report__error(dialect, file, DIALECT_TO_REPAIR);
	return false;
}

static void print_repair(const char *file, const struct compressed_log *log)
{
	if (log->removed)
		report_notice("%s: %llu byte%s of an incomplete frame cut off", file, log->removed,
			      plural__ending(log->removed));
	if (log->wrong_table)
		report_notice("%s: its seek table was wrong", file);
	text__print(stdout, file);
	if (log->needs_table)
		printf(": seek table of %llu frame%s written\n", log->frames,
		       plural__ending(log->frames));
	else
		puts(": its frames are complete, nothing to repair");
	report_flush();
}

static void count_defect(void *context, const struct diagnostic *defect)
{
	(void)defect;
	++*(__u64 *)context;
}

/* Only logs of SIFTR 1.3.0 can be repaired when they are not compressed. */
static void report_defects(const char *file, const struct dialect *dialect, __u64 defects)
{
	if (dialect__is_supported(dialect))
		report_message("%s: %llu defect%s left, such as a missing footer: use zstdcat %s "
			       ">LOG and repair that, see siftr-bpf check",
			       file, defects, plural__ending(defects), text__shell_word(file));
	else
		report_message("%s: %llu defect%s left, such as a missing footer, which cannot be "
			       "repaired: see siftr-bpf check",
			       file, defects, plural__ending(defects));
}

/*
 * Checks the text of the repaired log, if it is of a kind that can be checked, and reports if it
 * has defects. Returns an exit code.
 */
static int check_text(const char *file, int fd)
{
	__u64 defects = 0;
	const struct diagnostic_sink sink = {.defect = count_defect, .context = &defects};
	struct validate_result result;
	int err = lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;

	if (!err)
		err = validate__log(fd, 0, &sink, &result);
	if (err) {
		report_error(err, "read %s", file);
		return EXIT_FAILED;
	}
	if (!defects)
		return EXIT_CLEAN;
	report_defects(file, &result.dialect, defects);
	return EXIT_FAILED;
}

static int repair_in_place(const char *file, int fd, const struct log_path *log,
			   struct compressed_log *found)
{
	int new_fd, err = file_patch__apply(&found->edits, log->name, &new_fd), status;

	if (err) {
		report_error(err, "repair %s", file);
		return EXIT_FAILED;
	}
	print_repair(file, found);
	status = check_text(file, new_fd >= 0 ? new_fd : fd);
	if (new_fd >= 0)
		close(new_fd);
	return status;
}

static int repair_copy(const char *file, const struct log_path *copy, struct compressed_log *found)
{
	int err = file_patch__write(&found->edits, copy->name), fd, status;

	if (err) {
		report_error(err, "write %s", copy->path);
		return EXIT_FAILED;
	}
	print_repair(file, found);
	fd = openat(copy->directory_fd, copy->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		report_error(-errno, "read %s", copy->path);
		return EXIT_FAILED;
	}
	status = check_text(copy->path, fd);
	close(fd);
	return status;
}

int repair_compressed__file(const char *file, int fd, const struct log_path *log,
			    const struct log_path *copy)
{
	const struct dialect compressed = {.kind = DIALECT_ZSTD};
	struct compressed_log found;
	struct dialect dialect;
	int err, status;

	if (!is_log(file, fd, &dialect))
		return EXIT_OUTPUT;
	err = compressed_log__plan(&found, fd, (copy ? copy : log)->directory_fd);
	status = err == -ENOMEM ? EXIT_FAILED : EXIT_OUTPUT;
	/* Other programs' frames: zstdcat is advised if repair takes the text. */
	if (err == -EBADMSG)
		dialect_report__error(dialect__is_supported(&dialect) ? &compressed : &dialect,
				      file, DIALECT_TO_REPAIR);
	else if (err)
		report_error(err, "look through %s", file);
	else
		status = copy ? repair_copy(file, copy, &found)
			      : repair_in_place(file, fd, log, &found);
	compressed_log__free(&found);
	return status;
}
