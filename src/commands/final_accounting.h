/* SPDX-License-Identifier: BSD-2-Clause */
/* The packet accounting at the end of a run. */
#ifndef SIFTR_COMMANDS_FINAL_ACCOUNTING_H
#define SIFTR_COMMANDS_FINAL_ACCOUNTING_H

#include "commands/run.h"

/* Prints the accounting and writes it where it is wanted. Returns an exit code. */
int final_accounting__finish(const struct run *run, const struct options *options);

#endif
