/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last messages of libbpf, the kernel's verifier log among them. They are kept, not printed:
 * most failed attempts to load a program are followed by one that works.
 */
#ifndef SIFTR_REPORT_LIBBPF_LOG_H
#define SIFTR_REPORT_LIBBPF_LOG_H

#include <stddef.h>

/* Installs the function that receives libbpf's warnings and notices. */
void libbpf_log__keep(void);

void libbpf_log__clear(void);

/* Prints the last lines on stderr and clears the log. */
void libbpf_log__print(void);

/*
 * Writes to `cause`, of `bytes` bytes, what most probably is the cause: a kernel member that is
 * missing, else the last line that is not the verifier's summary, libbpf's frame around the
 * verifier's log or its "failed to load". "" if there is none.
 */
void libbpf_log__find_cause(char *cause, size_t bytes);

#endif
