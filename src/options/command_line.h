/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses the command line and the configuration file it names. Every option must be
 * known, every number complete and in range, and no argument may be left over.
 */
#ifndef SIFTR_OPTIONS_COMMAND_LINE_H
#define SIFTR_OPTIONS_COMMAND_LINE_H

struct options;

/*
 * 0 or a negative errno. A failure is reported with the option, what it got and what it
 * takes. Strings of a configuration file stay valid until the next call.
 */
int command_line__parse(int argc, char **argv, struct options *options);

#endif
