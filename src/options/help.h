/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the text of --help from the tables of commands and options, with the exit codes. */
#ifndef SIFTR_OPTIONS_HELP_H
#define SIFTR_OPTIONS_HELP_H

#include <stdio.h>

void help__print(FILE *stream);

#endif
