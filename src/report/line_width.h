/* SPDX-License-Identifier: BSD-2-Clause */
/* How wide a line of standard output may be. */
#ifndef SIFTR_REPORT_LINE_WIDTH_H
#define SIFTR_REPORT_LINE_WIDTH_H

/* The columns of the terminal on stdout; of anything else what COLUMNS says, else 80. */
int line_width(void);

/* The columns between which sentences are wrapped; 0, without an end, if stdout is no terminal. */
int line_width__of_terminal(void);

#endif
