/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of --help: the tables of commands and options, and the exit codes. */
#ifndef SIFTR_OPTIONS_HELP_H
#define SIFTR_OPTIONS_HELP_H

#include <stdio.h>

void help__print(FILE *stream);

#endif
