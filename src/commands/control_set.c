// SPDX-License-Identifier: BSD-2-Clause
/*
 * All values are parsed into a copy of the options, by the parser of the command line, whose
 * messages become the answer. The texts that filters and the output point to are kept by key.
 */
#include "commands/control_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/control_keys.h"
#include "commands/sampling.h"
#include "commands/steer.h"
#include "filter/filter.h"
#include "options/option_table.h"
#include "options/option_value.h"
#include "report/report.h"

#define MESSAGE_BYTES 400

/* A change in the making. */
struct change {
	struct run_control *control;
	struct steering wanted;
	char *texts[CONTROL_TEXTS_MAX];
	bool is_set[CONTROL_TEXTS_MAX];
};

/* A key may be given as KEY=VALUE; then *value is set, and the word is cut behind the key. */
static const struct control_key *find_key(char *word, char **value)
{
	char *equals = strchr(word, '=');

	*value = NULL;
	if (equals) {
		*equals = '\0';
		*value = equals + 1;
	}
	return control_keys__find(word);
}

static int refuse_key(const struct control_key *key)
{
	report_message("%s cannot change while tracing: stop, and run with another --%s", key->name,
		       key->name);
	return -EINVAL;
}

/* 0, or why tracing cannot be switched off and on in this run. */
static int check_enabled(const struct session *session)
{
	if (session->rows.sample_offset || session->recording.recorder) {
		report_message(
			"enabled cannot change in a run with weights or --trigger, whose lines "
			"depend on those before: use stop");
		return -EINVAL;
	}
	return 0;
}

static int set_enabled(struct change *change, const char *value)
{
	const struct run *run = change->control->run;
	bool on = !strcmp(value, "1");

	if (!on && strcmp(value, "0") != 0) {
		report_message("enabled takes 0 or 1, not '%s'", value);
		return -EINVAL;
	}
	change->wanted.disabled = !on;
	return on == !run->disabled ? 0 : check_enabled(&run->session);
}

static int set_output(struct change *change, char *text)
{
	if (!log_file__can_rotate(&change->control->run->session.file)) {
		report_message("the log is not a file with a name: its output cannot change");
		return -EINVAL;
	}
	if (!*text || !strcmp(text, "-")) {
		report_message("output takes a file name, not '%s'", text);
		return -EINVAL;
	}
	change->wanted.options.output = text;
	return 0;
}

static int set_hashes(const char *value)
{
	if (!strcmp(value, "0"))
		return 0;
	report_message("there are no hashes: SIFTR 1.3.0 has none, and the column of 1.2 is 0");
	return -EINVAL;
}

/* 0, or why the filter cannot change: the programs have only what was asked for at the start. */
static int check_filter(const struct change *change, const struct control_key *key)
{
	if (filter__needs(key->filter) & change->control->filters)
		return 0;
	if (filter__needs(key->filter) & SIFTR_FILTERS_WITH_LIVE)
		report_message("%s cannot change in a run without a filter of connections: stop, "
			       "and run with one, such as --ip 4,6, which leaves out none",
			       key->name);
	else
		report_message("%s cannot change in a run that began without: stop, and run with "
			       "--%s",
			       key->name, key->name);
	return -EINVAL;
}

/* 0, or why the names in the value have no meaning here. */
static int check_found(const struct filter_values *values)
{
	const char *name = filter__name(values->lacking.kind), *item = values->lacking.item.text;
	bool has_number = values->lacking.kind == FILTER_UID;

	/* Of a namespace, also that it is not there cannot be told without privileges. */
	if (values->lacking.err == -ENOENT && values->lacking.kind != FILTER_NETNS)
		report_message("%s: there is no %s '%s'", name, filter__noun(values->lacking.kind),
			       item);
	else if (values->lacking.err)
		report_message("%s: '%s' cannot be looked up without the privileges that the run "
			       "has given up: %sstop and run with --%s",
			       name, item, has_number ? "give its number, or " : "", name);
	return values->lacking.err;
}

/* "any" is no filter, and for SIFTR's port_filter also 0. */
static bool means_none(const struct control_key *key, const char *value)
{
	if (key->change == CHANGE_FILTER)
		return !strcmp(value, "any") || (key->filter == FILTER_PORT && !strcmp(value, "0"));
	return !strcmp(key->name, "max-rate") && !strcmp(value, "none");
}

static int set_filter(struct change *change, const struct control_key *key, const char *text)
{
	struct filter_values *values = &change->wanted.options.filter;
	int err = check_filter(change, key);

	if (err)
		return err;
	filter__forget(values, key->filter);
	if (means_none(key, text))
		return 0;
	values->lacking.err = 0;
	err = option_value__parse(option_table__find(key->name), key->name, text,
				  &change->wanted.options);
	return err ? err : check_found(values);
}

static int set_option(struct change *change, const struct control_key *key, const char *text)
{
	struct options *options = &change->wanted.options;

	if (!strcmp(key->name, "ppl") && !sampling__has_ppl(options)) {
		report_message(
			"--every and --on-change choose the lines of this run: run with --ppl "
			"as well to change it");
		return -EINVAL;
	}
	if (means_none(key, text)) {
		options->max_rate = 0;
		return 0;
	}
	return option_value__parse(option_table__find(key->name), key->name, text, options);
}

static int set_value(struct change *change, const struct control_key *key, const char *value)
{
	size_t i = key - control_keys;

	if (key->change == CHANGE_NEVER)
		return refuse_key(key);
	if (change->is_set[i]) {
		report_message("%s is given twice", key->name);
		return -EINVAL;
	}
	change->is_set[i] = true;
	change->texts[i] = strdup(value);
	if (!change->texts[i])
		return report_error(-ENOMEM, "keep the value of %s", key->name);
	switch (key->change) {
	case CHANGE_ENABLED:
		return set_enabled(change, value);
	case CHANGE_OUTPUT:
		return set_output(change, change->texts[i]);
	case CHANGE_HASHES:
		return set_hashes(value);
	case CHANGE_FILTER:
		return set_filter(change, key, change->texts[i]);
	default:
		return set_option(change, key, change->texts[i]);
	}
}

static int parse(struct change *change, const struct words *words)
{
	int err = 0;

	if (words->count == 1) {
		report_message("set takes KEY VALUE or KEY=VALUE, one or several");
		return -EINVAL;
	}
	for (size_t i = 1; i < words->count && !err; i++) {
		char *value;
		const struct control_key *key = find_key(words->of[i], &value);

		if (!key) {
			report_message("unknown key '%s'; get without one lists all", words->of[i]);
			return -EINVAL;
		}
		if (!value && ++i == words->count) {
			report_message("%s has no value", key->name);
			return -EINVAL;
		}
		err = set_value(change, key, value ?: words->of[i]);
	}
	return err;
}

/* What makes no sense together. */
static int check(const struct change *change)
{
	const struct options *options = &change->wanted.options;
	const struct run *run = change->control->run;

	if (options->max_rate && (options->every_ns || options->on_change)) {
		report_message(
			"max-rate changes ppl, which does not choose the lines of --every and "
			"--on-change");
		return -EINVAL;
	}
	if (run->disabled && !change->wanted.disabled && run->session.format->one_run &&
	    options->output && !strcmp(options->output, change->control->options->output) &&
	    writer__is_at(run->session.output.writer, &run->session.paths.log)) {
		report_message("the format %s has one run a file: rename %s, or set output as well",
			       run->session.format->name, options->output);
		return -EINVAL;
	}
	return 0;
}

/* The texts of the keys that were set replace those from before, or are freed. */
static void keep_texts(struct change *change, bool changed)
{
	for (size_t i = 0; i < CONTROL_TEXTS_MAX; i++) {
		char **kept = &change->control->texts[i];

		if (changed && change->texts[i]) {
			free(*kept);
			*kept = change->texts[i];
		} else {
			free(change->texts[i]);
		}
	}
}

void control_set__answer(struct run_control *control, struct client *client,
			 const struct words *words)
{
	struct change change = {.control = control,
				.wanted = {*control->options, control->run->disabled}};
	char message[MESSAGE_BYTES];
	int err;

	report_divert(message, sizeof(message));
	err = parse(&change, words);
	if (!err)
		err = check(&change);
	if (!err)
		err = steer__apply(control->run, control->options, &change.wanted);
	report_divert(NULL, 0);
	keep_texts(&change, !err);
	if (err)
		client__error(client, "%s", *message ? message : strerror(-err));
	else
		client__ok(client);
}
