/* SPDX-License-Identifier: BSD-2-Clause */
/* The BPF object whose programs are attached by fentry, opened but not loaded, for a group of
 * tests. */
#ifndef SIFTR_TESTS_FENTRY_OBJECT_H
#define SIFTR_TESTS_FENTRY_OBJECT_H

#include <bpf/libbpf.h>

/* To be given to cmocka_run_group_tests(). */
int open_fentry_object(void **state);
int close_fentry_object(void **state);

/* The program of that name, which the test fails without. */
struct bpf_program *fentry_program(const char *name);

#endif
