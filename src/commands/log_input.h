/* SPDX-License-Identifier: BSD-2-Clause */
/* A finished log that a command reads from its beginning to its end. */
#ifndef SIFTR_COMMANDS_LOG_INPUT_H
#define SIFTR_COMMANDS_LOG_INPUT_H

/* Opens a file; "-" is standard input. A descriptor, or a negative errno, reported. */
int log_input__open(const char *file);
/* Closes the descriptor, unless it is that of standard input. */
void log_input__close(int fd);

#endif
