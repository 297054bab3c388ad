/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the program says to people, all of it on stderr: errors, their way out,
 * notices, and the one-line progress of a terminal.
 */
#ifndef SIFTR_REPORT_REPORT_H
#define SIFTR_REPORT_REPORT_H

#include <stdio.h>

enum report_level {
	REPORT_QUIET, /* errors only */
	REPORT_NORMAL,
	REPORT_VERBOSE,
};

void report_set_level(enum report_level level);
enum report_level report_level(void);

/* "siftr-bpf: cannot WHAT: REASON"; `err` is a negative errno, returned unchanged. */
int report_error(int err, const char *what, ...) __attribute__((format(printf, 2, 3)));

/* "siftr-bpf: TEXT": an error, or its way out, that needs no errno. Always shown. */
void report_message(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Shown unless quiet. */
void report_notice(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Shown with -v. */
void report_detail(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* While muted nothing is said: for trying again what has been complained of. */
void report_mute(int silent);

/* Whether anybody sees a progress line: stderr is a terminal, and not quiet. */
int report_shows_progress(void);

/* Replaces the progress line; does nothing where nobody sees it. */
void report_progress(const char *text, ...) __attribute__((format(printf, 1, 2)));

/*
 * Sends out what was printed on stdout. 0, or the negative errno of the first
 * time that it could not be written, said once; a reader that has left knows.
 */
int report_flush(void);

/* stderr for text of more than a line, with the progress line out of its way. */
FILE *report_stream(void);

/* Keeps libbpf's last warnings for report_libbpf(). */
void report_init_libbpf(void);
void report_forget_libbpf(void);
/*
 * The kept line that comes nearest to the reason: the last one that neither frames the
 * verifier's log nor repeats that something failed. "" where there is none.
 */
void report_libbpf_reason(char *reason, size_t bytes);

/* Prints the kept warnings, the kernel's verifier log among them. */
void report_libbpf(void);

#endif
