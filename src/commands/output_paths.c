// SPDX-License-Identifier: BSD-2-Clause
#include "commands/output_paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "accounting/accounting_json.h"
#include "report/report.h"

/* An option and the file that it names. */
struct named {
	const char *option, *path;
	struct stat status;
	bool exists;
};

static bool is_same(const struct named *one, const struct named *other)
{
	return one->exists && other->exists && S_ISREG(one->status.st_mode) &&
	       one->status.st_dev == other->status.st_dev &&
	       one->status.st_ino == other->status.st_ino;
}

static int report_same(const struct named *one, const struct named *other)
{
	report_message("%s%s%s and %s%s%s are the same file: give each a file of its own",
		       one->option, one->path ? " " : "", one->path ?: "", other->option,
		       other->path ? " " : "", other->path ?: "");
	return -EEXIST;
}

static int check_same_files(const struct named *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (is_same(&files[i], &files[j]))
				return report_same(&files[i], &files[j]);
	return 0;
}

static struct named named_output(const struct output_paths *paths, const struct options *options)
{
	struct named output = {.option = "--output", .path = options->output};

	if (options->output) {
		output.exists = log_path__stat(&paths->log, &output.status) == 0;
	} else {
		output.option = "standard output";
		output.exists = fstat(STDOUT_FILENO, &output.status) == 0;
	}
	return output;
}

static bool share_directory(const struct log_path *one, const struct log_path *other)
{
	struct stat first, second;

	return fstat(one->directory_fd, &first) == 0 && fstat(other->directory_fd, &second) == 0 &&
	       first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Whether `other` is the name of the log, or of one of its `keep` old files LOG.NUMBER. */
static bool is_name_of(const struct log_path *log, __u32 keep, const struct log_path *other)
{
	size_t bytes = strlen(log->name);
	const char *number = other->name + bytes + 1;

	if (!share_directory(log, other) || strncmp(log->name, other->name, bytes) != 0)
		return false;
	if (!other->name[bytes])
		return true;
	return other->name[bytes] == '.' && strspn(number, "0123456789") == strlen(number) &&
	       strtoull(number, NULL, 10) - 1 < keep;
}

/*
 * Rejects --output and --stats if they name the same file, or will after a rotation. Compares
 * names, because a file that does not exist yet has no inode.
 */
static int check_same_names(const struct output_paths *paths, const struct options *options)
{
	const struct log_path *log = &paths->log, *accounting = &paths->accounting;

	if (!options->output || !options->stats || !is_name_of(log, options->rotate, accounting))
		return 0;
	report_message("--output %s and --stats %s are the same file, or will be by rotation: give "
		       "each a file of its own",
		       log->path, accounting->path);
	return -EEXIST;
}

static int check_distinct(const struct output_paths *paths, const struct options *options)
{
	struct named files[] = {
		named_output(paths, options),
		{.option = "--stats", .path = options->stats},
		{.option = "--config", .path = options->config},
	};

	if (options->stats)
		files[1].exists = log_path__stat(&paths->accounting, &files[1].status) == 0;
	if (options->config)
		files[2].exists = stat(options->config, &files[2].status) == 0;
	return check_same_files(files, ARRAY_SIZE(files)) ?: check_same_names(paths, options);
}

int output_paths__find(struct output_paths *paths, const struct options *options)
{
	int err = 0;

	if (options->output) {
		err = log_path__find(&paths->log, options->output, "the log");
		paths->log.instead = "leave out --output and redirect standard output";
	}
	if (!err && options->stats)
		err = log_path__find(&paths->accounting, options->stats, "the packet accounting");
	return err ? err : check_distinct(paths, options);
}

/*
 * Chooses the user that root becomes. It must be able to create files in the log's directory if
 * the log rotates, since root without capabilities can write only to its own directories.
 */
static void choose_user(const struct output_paths *paths, bool can_rotate,
			struct privileges_needs *needs)
{
	const struct log_path *log = &paths->log, *accounting = &paths->accounting;

	needs->user = needs->group = PRIVILEGES_NOBODY;
	if (can_rotate) {
		needs->user = log->owner;
		needs->group = log->group;
	} else if (accounting->path && accounting->owner) {
		needs->user = accounting->owner;
		needs->group = accounting->group;
	}
}

void output_paths__needs(const struct output_paths *paths, bool can_rotate,
			 struct privileges_needs *needs)
{
	*needs = (struct privileges_needs){};
	choose_user(paths, can_rotate, needs);
	if (can_rotate)
		needs->directories[needs->nr_directories++] = paths->log.directory_fd;
	if (paths->accounting.path && paths->accounting_file.fd < 0)
		needs->directories[needs->nr_directories++] = paths->accounting.directory_fd;
}

int output_paths__prepare_accounting(struct output_paths *paths, bool can_rotate)
{
	struct privileges_needs needs;

	if (!paths->accounting.path)
		return 0;
	choose_user(paths, can_rotate, &needs);
	return replacement__prepare(&paths->accounting_file, &paths->accounting,
				    geteuid() ? geteuid() : needs.user);
}

void output_paths__close(struct output_paths *paths)
{
	replacement__close(&paths->accounting_file);
	log_path__close(&paths->accounting);
	log_path__close(&paths->log);
}

int output_paths__write_accounting(const struct output_paths *paths,
				   const struct accounting *accounting)
{
	char *text = NULL;
	size_t bytes;
	FILE *stream;
	int err;

	if (!paths->accounting.path)
		return 0;
	stream = open_memstream(&text, &bytes);
	err = stream ? accounting_json__write(accounting, stream) : -errno;
	if (stream && fclose(stream) && !err)
		err = -errno;
	if (!err)
		err = replacement__write(&paths->accounting_file, text, bytes);
	free(text);
	return err ? report_error(err, "write the packet accounting to %s", paths->accounting.path)
		   : 0;
}
