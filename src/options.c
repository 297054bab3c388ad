// SPDX-License-Identifier: BSD-2-Clause
/*
 * argv to struct options. Each message names the option, what it got and what
 * it takes.
 */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define RING_BYTES_DEFAULT   (16ULL << 20)
#define RING_BYTES_MIN	     (4ULL << 10)
#define RING_BYTES_MAX	     (4ULL << 30)
#define DURATION_MAX_SECONDS 1000000000ULL

enum {
	OPTION_PORT = 256,
	OPTION_PPL,
	OPTION_DURATION,
	OPTION_COUNT,
	OPTION_RING_SIZE,
	OPTION_BOOKS,
	OPTION_STRICT,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"port", required_argument, NULL, OPTION_PORT},
	{"ppl", required_argument, NULL, OPTION_PPL},
	{"duration", required_argument, NULL, OPTION_DURATION},
	{"count", required_argument, NULL, OPTION_COUNT},
	{"ring-size", required_argument, NULL, OPTION_RING_SIZE},
	{"books", required_argument, NULL, OPTION_BOOKS},
	{"strict", no_argument, NULL, OPTION_STRICT},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{},
};

static const char help[] =
	"Usage: siftr-bpf [trace] [OPTION]...   log the state of TCP connections, packet by packet\n"
	"       siftr-bpf doctor                show what this host offers and what it lacks\n"
	"       siftr-bpf fields                list the captured kernel fields\n"
	"       siftr-bpf check [--ppl N] FILE... are these logs whole and well-formed? -: stdin\n"
	"\n"
	"  -o, --output FILE    append the log to FILE; without it the log goes to stdout\n"
	"      --port N         only connections with port N at either end, 1..65535\n"
	"      --ppl N          packets per log: of each flow, every N-th packet, 1..4294967295\n"
	"      --duration S     stop after S seconds (fractions allowed)\n"
	"      --count N        stop after N lines\n"
	"      --ring-size SIZE memory of the ring buffers together, 4K..4G (default 16M)\n"
	"      --books FILE     write the books to FILE as JSON when tracing ends\n"
	"      --strict         exit with 5 when a packet was lost or missed\n"
	"  -q, --quiet          say nothing on stderr but errors\n"
	"  -v, --verbose        tell what is loaded and how\n"
	"  -h, --help           this text\n"
	"  -V, --version        the version\n"
	"\n"
	"Tracing needs root and ends with Ctrl-C, which completes the log and prints the books:\n"
	"where every packet went. The log is described in siftr-bpf(5).\n"
	"\n"
	"Exit status: 0 clean, 1 failed while running, 2 usage, 3 this host cannot be traced,\n"
	"4 the output cannot be used, 5 with --strict: packets were lost or missed.\n"
	"Of check: 0 all logs are good, 1 defects were found, 2 usage, 4 a log cannot be read.\n";

void options__print_help(FILE *stream)
{
	fputs(help, stream);
}

/* Digits only, to the end: no sign, no space, no suffix. */
static bool parse_whole(const char *text, __u64 *value, const char **end)
{
	char *stop;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*value = strtoull(text, &stop, 10);
	*end = stop;
	return errno == 0;
}

static int bad_value(const char *option, const char *got, const char *takes)
{
	report_message("%s takes %s, not '%s'", option, takes, got);
	return -EINVAL;
}

static int parse_number(const char *option, const char *text, __u64 max, __u64 *value)
{
	char takes[64];
	const char *end;

	if (parse_whole(text, value, &end) && !*end && *value >= 1 && *value <= max)
		return 0;
	snprintf(takes, sizeof(takes), "a whole number from 1 to %llu", max);
	return bad_value(option, text, takes);
}

static int parse_u32(const char *option, const char *text, __u64 max, __u32 *value)
{
	__u64 wide = 0;
	int err = parse_number(option, text, max, &wide);

	*value = wide;
	return err;
}

/* Seconds with up to three decimals, in milliseconds. */
static int parse_duration(const char *text, __u64 *milliseconds)
{
	__u64 seconds, scale = 100;
	const char *end;

	if (!parse_whole(text, &seconds, &end) || seconds > DURATION_MAX_SECONDS)
		goto bad;
	*milliseconds = seconds * 1000;
	if (*end == '.' && isdigit((unsigned char)end[1])) {
		for (end++; isdigit((unsigned char)*end) && scale; end++, scale /= 10)
			*milliseconds += (*end - '0') * scale;
	}
	if (!*end && *milliseconds)
		return 0;
bad:
	return bad_value("--duration", text,
			 "seconds from 0.001 to 1000000000 with at most three decimals");
}

static int parse_size(const char *text, __u64 *bytes)
{
	static const char units[] = "KMG";
	const char *end, *unit;

	if (!parse_whole(text, bytes, &end) || *bytes > RING_BYTES_MAX)
		goto bad;
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (unit) {
		*bytes <<= 10 * (unit - units + 1);
		end++;
	}
	if (!*end && *bytes >= RING_BYTES_MIN && *bytes <= RING_BYTES_MAX)
		return 0;
bad:
	return bad_value("--ring-size", text, "bytes from 4K to 4G, with K, M or G behind");
}

static int parse_option(int option, const char *value, struct options *options)
{
	switch (option) {
	case 'o':
		options->output = value;
		if (!*value)
			return bad_value("--output", value, "a file name");
		return 0;
	case 'q':
		options->quiet = 1;
		return 0;
	case 'v':
		options->verbose = 1;
		return 0;
	case 'h':
		options->command = COMMAND_HELP;
		return 0;
	case 'V':
		options->command = COMMAND_VERSION;
		return 0;
	case OPTION_PORT:
		return parse_u32("--port", value, 65535, &options->port);
	case OPTION_PPL:
		options->ppl_given = 1;
		return parse_u32("--ppl", value, ~(__u32)0, &options->ppl);
	case OPTION_DURATION:
		return parse_duration(value, &options->duration_ms);
	case OPTION_COUNT:
		return parse_number("--count", value, ~0ULL, &options->count);
	case OPTION_BOOKS:
		options->books = value;
		return *value ? 0 : bad_value("--books", value, "a file name");
	case OPTION_STRICT:
		options->strict = 1;
		return 0;
	case OPTION_RING_SIZE:
		return parse_size(value, &options->ring_bytes);
	}
	return -EINVAL;
}

static int parse_command(const char *word, struct options *options)
{
	if (!strcmp(word, "trace"))
		options->command = COMMAND_TRACE;
	else if (!strcmp(word, "fields"))
		options->command = COMMAND_FIELDS;
	else if (!strcmp(word, "doctor"))
		options->command = COMMAND_DOCTOR;
	else if (!strcmp(word, "check"))
		options->command = COMMAND_CHECK;
	else {
		report_message("unknown command '%s'; commands are trace, check, doctor and fields",
			       word);
		return -EINVAL;
	}
	return 0;
}

static const char *long_name(int option)
{
	for (const struct option *known = long_options; known->name; known++)
		if (known->val == option)
			return known->name;
	return NULL;
}

/* getopt's complaints, in this program's words; optopt is 0 for an unknown long option. */
static int bad_option(int kind, char **argv)
{
	const char *name = optopt ? long_name(optopt) : NULL;

	if (kind == ':')
		report_message("option --%s needs a value", name);
	else if (name)
		report_message("option --%s takes no value", name);
	else if (optopt)
		report_message("unknown option -%c", optopt);
	else
		report_message("unknown option %s", argv[optind - 1]);
	return -EINVAL;
}

/* What check takes as well is no option of tracing alone. */
static void note_trace_option(int option, struct options *options)
{
	if (option != OPTION_PPL && option != 'q' && option != 'v')
		options->trace_option = long_name(option);
}

static int take_files(int argc, char **argv, struct options *options)
{
	options->files = argv + optind;
	options->nr_files = argc - optind;
	if (options->trace_option) {
		report_message("--%s is an option of trace, not of check", options->trace_option);
		return -EINVAL;
	}
	if (!options->nr_files) {
		report_message("check takes at least one FILE, or - for standard input");
		return -EINVAL;
	}
	return 0;
}

static int parse_words(int argc, char **argv, struct options *options)
{
	int option, err = 0;

	opterr = 0;
	while (!err && (option = getopt_long(argc, argv, ":o:qvhV", long_options, NULL)) != -1) {
		if (option == ':' || option == '?')
			err = bad_option(option, argv);
		else
			err = parse_option(option, optarg, options);
		note_trace_option(option, options);
	}
	if (err || options->command == COMMAND_HELP || options->command == COMMAND_VERSION)
		return err;
	if (optind < argc)
		err = parse_command(argv[optind++], options);
	if (!err && options->command == COMMAND_CHECK)
		return take_files(argc, argv, options);
	if (!err && optind < argc) {
		report_message("unexpected word '%s' behind the command", argv[optind]);
		err = -EINVAL;
	}
	return err;
}

int options__parse(int argc, char **argv, struct options *options)
{
	int err;

	*options = (struct options){.ppl = 1, .ring_bytes = RING_BYTES_DEFAULT};
	err = parse_words(argc, argv, options);
	if (!err && options->quiet && options->verbose) {
		report_message("-q and -v exclude each other");
		err = -EINVAL;
	}
	if (err)
		report_message("see siftr-bpf --help");
	return err;
}
