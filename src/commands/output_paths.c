// SPDX-License-Identifier: BSD-2-Clause
#include "commands/output_paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "accounting/accounting_json.h"
#include "commands/replace_file.h"
#include "manifest/manifest.h"
#include "report/report.h"

/* What a run writes beside its log. */
static const struct {
	const char *option, *use;
	const char *beginning; /* of each such file */
	size_t member;	       /* the option's value in struct options */
} side_files[OUTPUT_SIDES] = {
	[OUTPUT_ACCOUNTING] = {"--stats", "the packet accounting", ACCOUNTING_JSON_BEGINNING,
			       offsetof(struct options, stats)},
	[OUTPUT_MANIFEST] = {"--manifest", "the manifest", MANIFEST_BEGINNING,
			     offsetof(struct options, manifest)},
};

static const char *given(const struct options *options, int side)
{
	return *(const char *const *)((const char *)options + side_files[side].member);
}

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
 * Rejects options that name the same file, or will after a rotation. Compares names, because a file
 * that does not exist yet has no inode.
 */
static int check_same_names(const struct output_paths *paths, const struct options *options)
{
	const struct log_path *log = &paths->log;

	for (int side = 0; side < OUTPUT_SIDES; side++) {
		const struct log_path *path = &paths->sides[side].path;

		if (!options->output || !path->path || !is_name_of(log, options->rotate, path))
			continue;
		report_message("--output %s and %s %s are the same file, or will be by rotation: "
			       "give each a file of its own",
			       log->path, side_files[side].option, path->path);
		return -EEXIST;
	}
	if (paths->sides[0].path.path && paths->sides[1].path.path &&
	    is_name_of(&paths->sides[0].path, 0, &paths->sides[1].path)) {
		report_message("%s and %s are the same file, %s: give each a file of its own",
			       side_files[0].option, side_files[1].option,
			       paths->sides[1].path.path);
		return -EEXIST;
	}
	return 0;
}

static int check_distinct(const struct output_paths *paths, const struct options *options)
{
	struct named files[OUTPUT_SIDES + 2] = {
		named_output(paths, options),
		{.option = "--config", .path = options->config},
	};

	if (options->config)
		files[1].exists = stat(options->config, &files[1].status) == 0;
	for (int side = 0; side < OUTPUT_SIDES; side++) {
		struct named *file = &files[2 + side];

		file->option = side_files[side].option;
		file->path = given(options, side);
		file->exists =
			file->path && log_path__stat(&paths->sides[side].path, &file->status) == 0;
	}
	return check_same_files(files, ARRAY_SIZE(files)) ?: check_same_names(paths, options);
}

/* Rejects a file that no earlier run has written, such as notes, or the log of another name. */
static int check_replaced(const struct output_paths *paths)
{
	int err = 0;

	for (int side = 0; side < OUTPUT_SIDES && !err; side++) {
		const struct log_path *path = &paths->sides[side].path;
		const char *beginning = side_files[side].beginning;

		if (path->path)
			err = replace_file__check(path, beginning, strlen(beginning));
	}
	return err;
}

int output_paths__find(struct output_paths *paths, const struct options *options)
{
	int err = 0;

	if (options->output) {
		err = log_path__find(&paths->log, options->output, "the log");
		paths->log.instead = "leave out --output and redirect standard output";
	}
	for (int side = 0; side < OUTPUT_SIDES && !err; side++)
		if (given(options, side))
			err = log_path__find(&paths->sides[side].path, given(options, side),
					     side_files[side].use);
	return err ?: check_distinct(paths, options) ?: check_replaced(paths);
}

int output_paths__find_log(const struct output_paths *paths, __u32 keep, const char *path,
			   struct log_path *found)
{
	int err = log_path__find(found, path, "the log");

	for (int side = 0; side < OUTPUT_SIDES && !err; side++) {
		const struct log_path *other = &paths->sides[side].path;

		if (!other->path || !is_name_of(found, keep, other))
			continue;
		report_message("%s and %s %s are the same file, or will be by rotation", path,
			       side_files[side].option, other->path);
		log_path__close(found);
		err = -EEXIST;
	}
	return err;
}

/* The path whose directory's owner root becomes; NULL: nobody. */
static const struct log_path *path_of_user(const struct output_paths *paths, bool can_rotate)
{
	if (can_rotate)
		return &paths->log;
	for (int side = 0; side < OUTPUT_SIDES; side++)
		if (paths->sides[side].path.path && paths->sides[side].path.owner)
			return &paths->sides[side].path;
	return NULL;
}

/*
 * Chooses the user that root becomes. It must be able to create files in the log's directory if
 * the log rotates, since root without capabilities can write only to its own directories.
 */
static void choose_user(const struct output_paths *paths, bool can_rotate,
			struct privileges_needs *needs)
{
	const struct log_path *path = path_of_user(paths, can_rotate);

	needs->user = path ? path->owner : PRIVILEGES_NOBODY;
	needs->group = path ? path->group : PRIVILEGES_NOBODY;
}

void output_paths__needs(const struct output_paths *paths, bool can_rotate,
			 struct privileges_needs *needs)
{
	*needs = (struct privileges_needs){};
	choose_user(paths, can_rotate, needs);
	if (can_rotate)
		needs->directories[needs->nr_directories++] = paths->log.directory_fd;
	for (int side = 0; side < OUTPUT_SIDES; side++)
		if (paths->sides[side].path.path && paths->sides[side].file.fd < 0)
			needs->directories[needs->nr_directories++] =
				paths->sides[side].path.directory_fd;
}

int output_paths__prepare(struct output_paths *paths, bool can_rotate)
{
	struct privileges_needs needs;
	int err = 0;

	choose_user(paths, can_rotate, &needs);
	for (int side = 0; side < OUTPUT_SIDES && !err; side++)
		if (paths->sides[side].path.path)
			err = replacement__prepare(&paths->sides[side].file,
						   &paths->sides[side].path,
						   geteuid() ? geteuid() : needs.user);
	return err;
}

void output_paths__close(struct output_paths *paths)
{
	for (int side = 0; side < OUTPUT_SIDES; side++) {
		replacement__close(&paths->sides[side].file);
		log_path__close(&paths->sides[side].path);
	}
	log_path__close(&paths->log);
}

int output_paths__write(const struct output_paths *paths, enum output_side side, const char *text)
{
	const struct log_path *path = &paths->sides[side].path;
	int err;

	if (!path->path)
		return 0;
	err = text ? replacement__write(&paths->sides[side].file, text, strlen(text)) : -ENOMEM;
	return err ? report_error(err, "write %s to %s", side_files[side].use, path->path) : 0;
}
