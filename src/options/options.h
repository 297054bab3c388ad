/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of a run, as command_line__parse() sets them, and the exit codes. */
#ifndef SIFTR_OPTIONS_OPTIONS_H
#define SIFTR_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <linux/types.h>

#include "filter/filter.h"
#include "options/burst_schedule.h"

/* Exit codes of every command. */
enum exit_code {
	EXIT_CLEAN = 0,
	EXIT_FAILED = 1, /* an error while running; check, repair: a log has defects */
	EXIT_USAGE = 2,
	EXIT_NO_TRACING = 3, /* this host cannot be traced */
	EXIT_OUTPUT = 4,     /* the output cannot be used, or a log cannot be read or repaired */
	EXIT_LOSSES = 5,     /* with --strict: packets were lost or missed */
};

enum command {
	COMMAND_TRACE,
	COMMAND_FIELDS,
	COMMAND_DOCTOR,
	COMMAND_CHECK,
	COMMAND_REPAIR,
	COMMAND_CONVERT,
	COMMAND_FLOWS,
	COMMAND_WHY,
	COMMAND_DIFF,
	COMMAND_PLOT,
	COMMAND_REPORT,
	COMMAND_TOP,
	COMMAND_CTL,
	COMMAND_TEST_CONFIG,
	COMMAND_HELP,
	COMMAND_VERSION,
};

/* When something is done that is only of use in some runs. */
enum option_when {
	WHEN_AUTO,
	WHEN_YES,
	WHEN_NO,
};

/* The control socket of the service, where ctl looks for it. */
#define CONTROL_PATH "/run/siftr-bpf/control"

/* The values of an option that may be repeated, which the command parses. */
#define OPTION_TEXTS_MAX 32
struct option_texts {
	const char *of[OPTION_TEXTS_MAX];
	__u32 count;
};

struct options {
	enum command command;
	const char *config; /* file with further options, or NULL */
	const char *output; /* NULL: stdout */
	__u32 format;	    /* by its place in formats.def, or FORMAT_TABLE */
	bool zstd;	    /* the output is compressed */
	const char *fields; /* names of groups and fields, or NULL */
	bool json;
	struct filter_values filter;
	__u32 ppl;
	bool ppl_given;
	__u64 every_ns;	   /* least time between two lines of a flow; 0: no such limit */
	__u32 on_change;   /* a bit for each enum siftr_watched */
	__u32 keep;	   /* SIFTR_KEEP_* */
	__u64 max_rate;	   /* lines a second, 0: no limit */
	bool sampled;	   /* check: the log was made with samplers other than ppl */
	__u64 duration_ms; /* 0: until a signal */
	struct burst_schedule bursts;
	__u64 count;	  /* number of lines after which to stop, 0: no limit */
	__u64 ring_bytes; /* bytes of all rings together */
	__u64 max_bytes;  /* largest size of a file of the log; 0: no limit */
	__u32 rotate;	  /* old logs kept, with max_bytes */
	__u64 min_free_bytes;
	const char *trigger;  /* what the flight recorder waits for, or NULL: there is none */
	const char *before;   /* how much of a flow it logs before a trigger, or NULL */
	const char *after;    /* and after it, or NULL */
	__u64 recorder_bytes; /* its memory */
	const char *stats;    /* file for the packet accounting as JSON, or NULL */
	const char *manifest; /* facts of host and run as JSON: trace writes, report shows it */
	const char *control;  /* the control socket: of trace NULL without one */
	const char *control_group; /* the group that may use it, or NULL */
	bool strict;
	__u32 summary;		  /* enum option_when */
	bool set_aside;		  /* rename the log of a killed run instead of appending to it */
	const char *const *files; /* of the commands for logs; "-" is stdin, not for repair */
	int nr_files;
	bool file_of_config;  /* files[0] is the log that the configuration file names as output */
	const char *repaired; /* repair: write the repaired log here; NULL: in place */
	__u32 to;	      /* convert: a format by its place in formats.def */
	const char *sort;     /* flows, top: a column to sort by, or NULL */
	__u32 top;	      /* flows, why, top: how many to print; 0: all, of top 20 */
	__u32 flow;	      /* why, plot: a flowid; 0: all, of plot the longest */
	bool events;
	__u64 interval_ns;  /* top: time between two snapshots */
	bool once;	    /* top: one snapshot */
	const char *replay; /* top: a log to show as if it was traced now, or NULL */
	const char *match;  /* diff: how connections are paired, or NULL */
	const char *manifest_a, *manifest_b; /* diff: both or none */
	struct option_texts fail_if;	     /* diff: conditions */
	const char *columns;		     /* plot: names of columns and fields, or NULL */
	bool quiet;
	bool verbose;
	bool test_config;
	bool help;
	const char *help_command; /* the command that --help is about; NULL: all of them */
	bool version;
};

#endif
