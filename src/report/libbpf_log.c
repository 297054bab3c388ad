// SPDX-License-Identifier: BSD-2-Clause
#include "report/libbpf_log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "report/report.h"

#define LOG_BYTES  8192
#define TAIL_LINES 24

static char kept[LOG_BYTES];
static size_t kept_bytes;

/*
 * Appends a message. If there is no room the oldest text is dropped, because the verifier names
 * its reason last.
 */
static void append(const char *text)
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

static int receive(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;

	if (level == LIBBPF_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	append(text);
	free(text);
	return 0;
}

void libbpf_log__keep(void)
{
	libbpf_set_print(receive);
}

void libbpf_log__clear(void)
{
	kept_bytes = 0;
	kept[0] = '\0';
}

/* The last lines of the log; those before them are the verifier's trace of the program. */
static const char *tail_of(const char *text)
{
	const char *from = text + strlen(text);

	for (int lines = 0; from > text; from--)
		if (from[-1] == '\n' && lines++ == TAIL_LINES)
			break;
	return from;
}

void libbpf_log__print(void)
{
	fputs(tail_of(kept), report_stream());
	libbpf_log__clear();
}

static bool may_be_cause(const char *line)
{
	static const char *const others[] = {"processed ", "-- ", "libbpf: failed to load ", ""};
	size_t i = 0;

	while (*others[i] && strncmp(line, others[i], strlen(others[i])) != 0)
		i++;
	return *line && !*others[i];
}

/*
 * Searches for libbpf's line about a struct member that this kernel was built without; libbpf
 * writes it into the verifier's log.
 */
static bool find_missing_member(char *cause, size_t bytes)
{
	const char *message = strstr(kept, "failed to resolve CO-RE relocation");
	char member[128];

	message = message ? strstr(message, "struct ") : NULL;
	if (!message || sscanf(message, "struct %127[^ \n]", member) != 1)
		return false;
	snprintf(cause, bytes, "this kernel has no member %s", member);
	return true;
}

void libbpf_log__find_cause(char *cause, size_t bytes)
{
	char text[LOG_BYTES], *rest = text, *line;

	if (find_missing_member(cause, bytes))
		return;
	memcpy(text, kept, sizeof(text));
	cause[0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (may_be_cause(line))
			snprintf(cause, bytes, "%s", line);
}
