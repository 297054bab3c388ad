// SPDX-License-Identifier: BSD-2-Clause
/*
 * Messages on stderr. A progress line, where one stands, is wiped before
 * anything else is printed, so that the two never mix.
 */
#include "report/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "report/text.h"

#define KEPT_BYTES 8192
#define TAIL_LINES 24

static enum report_level current_level = REPORT_NORMAL;
static bool progress_shown;
static bool muted;
static char kept[KEPT_BYTES];
static size_t kept_bytes;

void report_set_level(enum report_level level)
{
	current_level = level;
}

enum report_level report_level(void)
{
	return current_level;
}

void report_mute(int silent)
{
	muted = silent;
}

static void wipe_progress(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

/*
 * File names, values and words may hold escape sequences, which a terminal would obey. For
 * want of memory the text without its arguments is better than none.
 */
static void print_text(const char *text, va_list args)
{
	char *printed;

	if (vasprintf(&printed, text, args) < 0) {
		text__print(stderr, text);
		return;
	}
	text__print(stderr, printed);
	free(printed);
}

static void print_line(const char *text, va_list args)
{
	if (muted)
		return;
	wipe_progress();
	fputs("siftr-bpf: ", stderr);
	print_text(text, args);
	fputc('\n', stderr);
}

int report_error(int err, const char *what, ...)
{
	va_list args;

	if (muted)
		return err;
	wipe_progress();
	fputs("siftr-bpf: cannot ", stderr);
	va_start(args, what);
	print_text(what, args);
	va_end(args);
	fprintf(stderr, ": %s\n", strerror(-err));
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

int report_shows_progress(void)
{
	return current_level >= REPORT_NORMAL && isatty(STDERR_FILENO);
}

void report_progress(const char *text, ...)
{
	va_list args;

	if (!report_shows_progress())
		return;
	wipe_progress();
	va_start(args, text);
	vfprintf(stderr, text, args);
	va_end(args);
	fflush(stderr);
	progress_shown = true;
}

int report_flush(void)
{
	static int err;

	if (err)
		return err;
	if (fflush(stdout))
		err = -errno;
	else if (ferror(stdout))
		err = -EIO;
	if (err && err != -EPIPE)
		report_error(err, "write stdout");
	return err;
}

FILE *report_stream(void)
{
	wipe_progress();
	return stderr;
}

/* The newest text is worth most: the verifier names its reason last. */
static void keep(const char *text)
{
	size_t bytes = strlen(text);

	if (bytes >= sizeof(kept)) {
		text += bytes - sizeof(kept) + 1;
		bytes = sizeof(kept) - 1;
	}
	if (kept_bytes + bytes >= sizeof(kept)) {
		size_t drop = kept_bytes + bytes - sizeof(kept) + 1;

		memmove(kept, kept + drop, kept_bytes - drop);
		kept_bytes -= drop;
	}
	memcpy(kept + kept_bytes, text, bytes + 1);
	kept_bytes += bytes;
}

static int print_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;

	if (level == LIBBPF_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	keep(text);
	free(text);
	return 0;
}

void report_init_libbpf(void)
{
	libbpf_set_print(print_libbpf);
}

void report_forget_libbpf(void)
{
	kept_bytes = 0;
	kept[0] = '\0';
}

/* The last lines; those before are the verifier's way there. */
static const char *tail_of(const char *text)
{
	const char *from = text + strlen(text);

	for (int lines = 0; from > text; from--)
		if (from[-1] == '\n' && lines++ == TAIL_LINES)
			break;
	return from;
}

void report_libbpf(void)
{
	wipe_progress();
	fputs(tail_of(kept), stderr);
	report_forget_libbpf();
}

static bool is_reason(const char *line)
{
	static const char *const others[] = {"processed ", "-- ", "libbpf: failed to load ", ""};
	size_t i = 0;

	while (*others[i] && strncmp(line, others[i], strlen(others[i])) != 0)
		i++;
	return *line && !*others[i];
}

/* A member that this kernel was built without has libbpf's words in the verifier's log. */
static bool find_missing_member(char *reason, size_t bytes)
{
	const char *words = strstr(kept, "failed to resolve CO-RE relocation");
	char member[128];

	words = words ? strstr(words, "struct ") : NULL;
	if (!words || sscanf(words, "struct %127[^ \n]", member) != 1)
		return false;
	snprintf(reason, bytes, "this kernel has no member %s", member);
	return true;
}

void report_libbpf_reason(char *reason, size_t bytes)
{
	char text[KEPT_BYTES], *rest = text, *line;

	if (find_missing_member(reason, bytes))
		return;
	memcpy(text, kept, sizeof(text));
	reason[0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (is_reason(line))
			snprintf(reason, bytes, "%s", line);
}
