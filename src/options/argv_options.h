/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses the options of the command line with getopt_long(3), for which it makes the tables from
 * option_table.
 */
#ifndef SIFTR_OPTIONS_ARGV_OPTIONS_H
#define SIFTR_OPTIONS_ARGV_OPTIONS_H

struct option_set;
struct options;

/*
 * Sets the options in `options`, adds them to the set `*given`, and leaves `optind` at the
 * first argument that is not an option. 0 or a negative errno, reported.
 */
int argv_options__parse(int argc, char **argv, struct option_set *given, struct options *options);

#endif
