// SPDX-License-Identifier: BSD-2-Clause
/* If the terminal shows the progress line, it is erased before a message is printed. */
#include "report/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/text.h"

static enum report_level current_level = REPORT_NORMAL;
static bool progress_shown;
static bool muted;
static FILE *redirected; /* NULL: to stderr */
static char *diverted;	 /* where messages go to; NULL: stderr */
static size_t diverted_bytes;

static FILE *stream(void)
{
	return redirected ? redirected : stderr;
}

void report_redirect(FILE *to)
{
	redirected = to;
}

void report_set_level(enum report_level level)
{
	current_level = level;
}

enum report_level report_level(void)
{
	return current_level;
}

void report_mute(bool mute)
{
	muted = mute;
}

void report_divert(char *text, size_t bytes)
{
	diverted = text;
	diverted_bytes = bytes;
	if (text)
		*text = '\0';
}

/* Keeps the first message. `reason` is NULL or what follows the text. */
static void divert(const char *before, const char *text, va_list args, const char *reason)
{
	size_t used;

	if (*diverted)
		return;
	used = (size_t)snprintf(diverted, diverted_bytes, "%s", before);
	if (used < diverted_bytes)
		used += (size_t)vsnprintf(diverted + used, diverted_bytes - used, text, args);
	if (used < diverted_bytes && reason)
		snprintf(diverted + used, diverted_bytes - used, ": %s", reason);
}

static void erase_progress(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

/*
 * Escapes control characters: file names and values may contain escape sequences, which a
 * terminal would execute. Without memory the format is printed without its arguments.
 */
static void print_text(const char *text, va_list args)
{
	char *printed;

	if (vasprintf(&printed, text, args) < 0) {
		text__print(stream(), text);
		return;
	}
	text__print(stream(), printed);
	free(printed);
}

static void print_line(const char *text, va_list args)
{
	if (muted)
		return;
	if (diverted) {
		divert("", text, args, NULL);
		return;
	}
	erase_progress();
	fputs("siftr-bpf: ", stream());
	print_text(text, args);
	fputc('\n', stream());
}

/* What is too low then is a limit of this process, whatever it was about to open. */
static void print_descriptor_fix(void)
{
	fputs("siftr-bpf: raise the limit of open files: ulimit -n, or LimitNOFILE= in a unit\n",
	      stream());
}

int report_error(int err, const char *what, ...)
{
	va_list args;

	if (muted)
		return err;
	va_start(args, what);
	if (diverted) {
		divert("cannot ", what, args, strerror(-err));
	} else {
		erase_progress();
		fputs("siftr-bpf: cannot ", stream());
		print_text(what, args);
		fprintf(stream(), ": %s\n", strerror(-err));
		if (err == -EMFILE)
			print_descriptor_fix();
	}
	va_end(args);
	return err;
}

void report_message(const char *text, ...)
{
	va_list args;

	va_start(args, text);
	print_line(text, args);
	va_end(args);
}

void report_notice(const char *text, ...)
{
	va_list args;

	if (current_level < REPORT_NORMAL)
		return;
	va_start(args, text);
	print_line(text, args);
	va_end(args);
}

void report_detail(const char *text, ...)
{
	va_list args;

	if (current_level < REPORT_VERBOSE)
		return;
	va_start(args, text);
	print_line(text, args);
	va_end(args);
}

bool report_shows_progress(void)
{
	return current_level >= REPORT_NORMAL && !redirected && isatty(STDERR_FILENO);
}

void report_progress(const char *text, ...)
{
	va_list args;

	if (!report_shows_progress())
		return;
	erase_progress();
	va_start(args, text);
	vfprintf(stderr, text, args);
	va_end(args);
	fflush(stderr);
	progress_shown = true;
}

static bool reader_left;

/*
 * The negative errno of a write that failed before: stdio keeps that it did, and not why, so it is
 * tried again, with a byte that does no harm to an output that lacks some anyway.
 */
static int earlier_error(void)
{
	return write(STDOUT_FILENO, "\n", 1) < 0 ? -errno : -EIO;
}

int report_flush(void)
{
	static int err;

	if (err)
		return err;
	if (fflush(stdout))
		err = -errno;
	else if (ferror(stdout))
		err = earlier_error();
	if (err == -EPIPE) {
		reader_left = true;
		err = 0;
		clearerr(stdout);
	}
	if (err)
		report_error(err, "write stdout");
	return err;
}

bool report_reader_left(void)
{
	return reader_left;
}

FILE *report_stream(void)
{
	erase_progress();
	return stream();
}
