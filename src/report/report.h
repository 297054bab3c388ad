/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages for people, on stderr: errors, notices, and the progress line of a terminal. */
#ifndef SIFTR_REPORT_REPORT_H
#define SIFTR_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

enum report_level {
	REPORT_QUIET, /* errors only */
	REPORT_NORMAL,
	REPORT_VERBOSE,
};

void report_set_level(enum report_level level);
enum report_level report_level(void);

/*
 * Prints "siftr-bpf: cannot WHAT: REASON", with -q as well, unless muted, and for EMFILE what
 * helps. `err` is a negative errno; it is returned unchanged.
 */
int report_error(int err, const char *what, ...) __attribute__((format(printf, 2, 3)));

/*
 * Prints "siftr-bpf: TEXT", an error without an errno or what to do about one, with -q as well,
 * unless muted.
 */
void report_message(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Printed unless -q is given. */
void report_notice(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Printed if -v is given. */
void report_detail(const char *text, ...) __attribute__((format(printf, 1, 2)));

/*
 * From now on messages are written to `text`, of at least one byte, and not to stderr: the first of
 * them, whole or cut to `bytes`. NULL ends that.
 */
void report_divert(char *text, size_t bytes);

/* While muted no message is printed: for retrying what failed and was reported before. */
void report_mute(bool mute);

/* Messages go to that stream; NULL: to stderr again. For when the terminal shows something else. */
void report_redirect(FILE *to);

/* Whether a progress line would be seen: stderr is a terminal, and -q is not given. */
bool report_shows_progress(void);

/* Replaces the progress line on the terminal; does nothing unless report_shows_progress(). */
void report_progress(const char *text, ...) __attribute__((format(printf, 1, 2)));

/*
 * Flushes stdout. 0 or the negative errno of the first write that failed, reported once. A reader
 * of a pipe that leaves by itself, as head(1) does, has had enough: that is no failure.
 */
int report_flush(void);
/* Whether report_flush() has found that the reader of stdout has left. */
bool report_reader_left(void);

/* Returns stderr, for text of several lines, after erasing the progress line. */
FILE *report_stream(void);

#endif
