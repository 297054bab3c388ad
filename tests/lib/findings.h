/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the validator of `siftr-bpf check` over a text and collects its findings, one a line:
 * "LINE: column 14 (conn_state): out of range 'GOT' expected EXPECTED".
 */
#ifndef SIFTR_TESTS_FINDINGS_H
#define SIFTR_TESTS_FINDINGS_H

#include "test.h"

#include "sample_log.h"

#include "check/validate.h"

/* The findings about the text that was judged last. */
extern struct findings {
	unsigned int defects, notes;
	size_t bytes;
	char text[16384]; /* notes have "note: " after the line number */
	struct validate_result result;
} findings;

/* Runs the validator over `text`. `ppl` is the number of packets per line; 0: not known. */
void judge(const char *text, __u32 ppl);
void judge_bytes(const char *text, size_t bytes, __u32 ppl);

/* Runs the validator over LOG in which the first `from` is replaced by `to`. */
void judge_edited(const char *from, const char *to, __u32 ppl);

/* Asserts that no defect was found; notes are allowed. */
void assert_good(void);

/* Asserts that there are exactly these findings, in this order. */
void assert_found(const char *expected);

/*
 * A copy of `text` in which the first `from`, which must exist, is replaced by `to`. The caller
 * frees it.
 */
char *edited(const char *text, const char *from, const char *to);

#endif
