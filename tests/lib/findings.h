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

/* Of the last text. */
extern struct findings {
	unsigned int defects, notes;
	size_t bytes;
	char text[16384]; /* notes have "note: " after the line number */
	struct validate_result result;
} findings;

/* `ppl`: packets per log line; 0: not known. */
void judge(const char *text, __u32 ppl);
void judge_bytes(const char *text, size_t bytes, __u32 ppl);

/* judge() of LOG with the first `from` replaced. */
void judge_edited(const char *from, const char *to, __u32 ppl);

/* No defect was found; notes are allowed. */
void assert_good(void);

/* Exactly these findings, in this order. */
void assert_found(const char *expected);

/* A copy of `text` with the first `from` replaced, which has to be there; the caller frees. */
char *edited(const char *text, const char *from, const char *to);

#endif
