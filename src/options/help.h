/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the texts of --help from the tables of commands and options, with the exit codes. */
#ifndef SIFTR_OPTIONS_HELP_H
#define SIFTR_OPTIONS_HELP_H

#include <stdio.h>

/* All commands and all options. */
void help__print(FILE *stream);
/* One command, which is in the table, and its options. */
void help__print_command(FILE *stream, const char *name);

#endif
