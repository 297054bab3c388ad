/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captures what the code under test writes to stdout and stderr, which are redirected to temporary
 * files between capture_begin() and capture_end() and restored afterwards.
 */
#ifndef SIFTR_TESTS_CAPTURED_OUTPUT_H
#define SIFTR_TESTS_CAPTURED_OUTPUT_H

/* What was written during the last capture, cut to fit and terminated by a NUL. */
extern char captured_stdout[65536], captured_stderr[8192];

/* Begins a capture. Captures cannot be nested. */
void capture_begin(void);
void capture_end(void);

#endif
