/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the configuration file: one option a line, NAME = VALUE, with the names of the
 * command line. Empty lines and lines that begin with '#' are ignored.
 */
#ifndef SIFTR_OPTIONS_CONFIG_FILE_H
#define SIFTR_OPTIONS_CONFIG_FILE_H

struct option_set;
struct options;

/* The file that --test-config reads without --config. */
#define CONFIG_FILE_PATH "/etc/siftr-bpf.conf"

/*
 * Sets the options of the file that are not in the set `*given`, and adds them to it. The
 * strings in `options` stay valid until the next call. 0 or a negative errno, reported
 * with file and line.
 */
int config_file__read(const char *path, struct option_set *given, struct options *options);

#endif
