// SPDX-License-Identifier: BSD-2-Clause
#include "commands/plot_image.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <siftr/array_size.h>

#include "output/write_all.h"
#include "report/report.h"

#define CONVERTER "rsvg-convert"

/* A figure is SVG as it is drawn: the others are made of it. */
static const char svg_format[] = "svg";
static const char *const formats[] = {svg_format, "png", "pdf"};

const char *plot_image__format(const char *file)
{
	const char *ending = strrchr(file, '.');

	for (size_t i = 0; ending && i < ARRAY_SIZE(formats); i++)
		if (!strcasecmp(ending + 1, formats[i]))
			return formats[i];
	return NULL;
}

/* What a child exits with that found no program, where posix_spawn() could not say so. */
#define NOT_FOUND 127

/* 0 or a negative errno; -EIO: the program failed, and has said why on stderr. */
static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		return -ENOENT;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

/* Runs the program with files as stdin and stdout. 0 or a negative errno, as of wait_for(). */
static int run(char *const arguments[], int in, int out)
{
	posix_spawn_file_actions_t files;
	pid_t child;
	int err = -posix_spawn_file_actions_init(&files);

	if (err)
		return err;
	err = -posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	if (!err)
		err = -posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (!err)
		err = -posix_spawnp(&child, CONVERTER, &files, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	return err ? err : wait_for(child);
}

int plot_image__check(const char *file)
{
	char *const arguments[] = {CONVERTER, "--version", NULL};
	int null, err;

	if (plot_image__format(file) == svg_format)
		return 0;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return report_error(-errno, "open /dev/null");
	err = run(arguments, null, null);
	close(null);
	if (err == -ENOENT)
		report_message("%s takes the program " CONVERTER ", which is not installed: "
			       "Debian and Ubuntu have it in librsvg2-bin; -o FILE.svg takes none",
			       file);
	else if (err)
		report_error(err, "run " CONVERTER " for %s", file);
	return err;
}

/* Reads a file from its beginning. 0 or a negative errno. */
static int read_all(int fd, char **text, size_t *bytes)
{
	off_t size = lseek(fd, 0, SEEK_END);
	size_t done = 0;
	ssize_t got = 1;

	if (size < 0)
		return -errno;
	*text = malloc((size_t)size + 1);
	if (!*text)
		return -ENOMEM;
	while (done < (size_t)size && got > 0) {
		got = pread(fd, *text + done, (size_t)size - done, (off_t)done);
		if (got > 0)
			done += (size_t)got;
	}
	*bytes = done;
	return got < 0 ? -errno : done ? 0 : -EIO;
}

/* Converts from one file in memory to another, so that neither side waits for the other. */
static int convert(const char *format, const char *svg, size_t svg_bytes, const int files[2],
		   char **image, size_t *bytes)
{
	/* A drawing on a screen is seen at twice the pixels of the figure's size. */
	char *const arguments[] = {CONVERTER,  "--zoom",       strcmp(format, "png") ? "1" : "2",
				   "--format", (char *)format, NULL};
	int err = write_all(files[0], svg, svg_bytes);

	if (!err && lseek(files[0], 0, SEEK_SET) < 0)
		err = -errno;
	if (!err)
		err = run(arguments, files[0], files[1]);
	return err ? err : read_all(files[1], image, bytes);
}

/* Makes an image of SVG. 0 or a negative errno, reported. */
static int make(const char *format, const char *svg, size_t bytes, char **image,
		size_t *image_bytes)
{
	const int files[2] = {memfd_create("svg", MFD_CLOEXEC), memfd_create("image", MFD_CLOEXEC)};
	int err = files[0] < 0 || files[1] < 0 ? -errno : 0;

	if (!err)
		err = convert(format, svg, bytes, files, image, image_bytes);
	for (int i = 0; i < 2; i++)
		if (files[i] >= 0)
			close(files[i]);
	if (err == -EIO)
		report_message(CONVERTER " made no %s of the plot; -o FILE.svg takes no such "
					 "program",
			       format);
	else if (err)
		report_error(err, "make a %s with " CONVERTER, format);
	return err;
}

int plot_image__make(const char *file, const char *svg, size_t bytes, char **image,
		     size_t *image_bytes)
{
	const char *format = plot_image__format(file);

	*image = NULL;
	if (!format || format == svg_format)
		return 0;
	return make(format, svg, bytes, image, image_bytes);
}
