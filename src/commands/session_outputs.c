// SPDX-License-Identifier: BSD-2-Clause
/*
 * The files that a session writes: found before any is made, so that two options that
 * name one file change none, and with the user in mind that the process goes on as.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/session.h"
#include "report/report.h"

/* What an option names, if it is there. */
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

static int refuse_same(const struct named *one, const struct named *other)
{
	report_message("%s%s%s and %s%s%s are the same file: give each a file of its own",
		       one->option, one->path ? " " : "", one->path ?: "", other->option,
		       other->path ? " " : "", other->path ?: "");
	return -EEXIST;
}

static int refuse_same_files(const struct named *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (is_same(&files[i], &files[j]))
				return refuse_same(&files[i], &files[j]);
	return 0;
}

static struct named named_output(const struct session *session, const struct options *options)
{
	struct named output = {.option = "--output", .path = options->output};

	if (options->output) {
		output.exists = log_path__stat(&session->file.log, &output.status) == 0;
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

/* Whether it is the name of the log, or, with a number, of one of the `keep` before it. */
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

/* What is not there yet is the same by its name; with --rotate the log has several. */
static int keep_names_apart(const struct session *session, const struct options *options)
{
	const struct log_path *log = &session->file.log, *books = &session->books_path;
	__u32 keep = options->rotate ? session->file.keep : 0;

	if (!options->output || !options->books || !is_name_of(log, keep, books))
		return 0;
	report_message("--output %s and --books %s are the same file, or will be by rotation: give "
		       "each a file of its own",
		       log->path, books->path);
	return -EEXIST;
}

static int keep_apart(const struct session *session, const struct options *options)
{
	struct named files[] = {
		named_output(session, options),
		{.option = "--books", .path = options->books},
		{.option = "--config", .path = options->config},
	};

	if (options->books)
		files[1].exists = log_path__stat(&session->books_path, &files[1].status) == 0;
	if (options->config)
		files[2].exists = stat(options->config, &files[2].status) == 0;
	return refuse_same_files(files, 3) ?: keep_names_apart(session, options);
}

static int find_paths(struct session *session, const struct options *options)
{
	int err = 0;

	if (options->output) {
		err = log_path__find(&session->file.log, options->output, "the log");
		session->file.log.instead = "leave out --output and redirect standard output";
	}
	if (!err && options->books)
		err = log_path__find(&session->books_path, options->books, "the books");
	return err ? err : keep_apart(session, options);
}

/* Without capabilities root writes only where root may, and only rotation needs that. */
static void choose_user(const struct session *session, struct privileges_needs *needs)
{
	const struct log_path *log = &session->file.log, *books = &session->books_path;

	needs->user = needs->group = PRIVILEGES_NOBODY;
	if (session__rotates(session)) {
		needs->user = log->owner;
		needs->group = log->group;
	} else if (books->path && books->owner) {
		needs->user = books->owner;
		needs->group = books->group;
	}
}

void session__needs(const struct session *session, struct privileges_needs *needs)
{
	*needs = (struct privileges_needs){};
	choose_user(session, needs);
	if (session__rotates(session))
		needs->directories[needs->nr_directories++] = session->file.log.directory_fd;
	if (session->books_path.path && session->books.fd < 0)
		needs->directories[needs->nr_directories++] = session->books_path.directory_fd;
}

/* As the user that this process will be then. */
static int prepare_books(struct session *session)
{
	struct privileges_needs needs;

	choose_user(session, &needs);
	return replacement__prepare(&session->books, &session->books_path,
				    geteuid() ? geteuid() : needs.user);
}

int session__open_outputs(struct session *session, const struct options *options)
{
	const struct preallocate_limits limits = {options->max_bytes, options->min_free_bytes};
	int err;

	session->output = options->output ? options->output : "stdout";
	session->file.path = options->output;
	session->file.max_bytes = options->max_bytes;
	session->file.keep = options->rotate ? options->rotate : 1;
	err = find_paths(session, options);
	if (!err && options->output && options->set_aside)
		err = set_aside__killed(&session->file.log, &session->aside);
	if (!err)
		err = writer__open(options->output ? &session->file.log : NULL, &limits,
				   &session->writer);
	return !err && options->books ? prepare_books(session) : err;
}

void session__close_outputs(struct session *session)
{
	replacement__close(&session->books);
	log_path__close(&session->books_path);
	log_path__close(&session->file.log);
}

int session__write_books(const struct session *session, const struct accounting *books)
{
	char *text = NULL;
	size_t bytes;
	FILE *stream;
	int err;

	if (!session->books_path.path)
		return 0;
	stream = open_memstream(&text, &bytes);
	err = stream ? accounting__write_json(books, stream) : -errno;
	if (stream && fclose(stream) && !err)
		err = -errno;
	if (!err)
		err = replacement__write(&session->books, text, bytes);
	free(text);
	return err ? report_error(err, "write the books to %s", session->books_path.path) : 0;
}
