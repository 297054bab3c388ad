// SPDX-License-Identifier: BSD-2-Clause
#include "commands/control_follow.h"

#include <errno.h>
#include <string.h>

#include "capture/clock.h"
#include "commands/sampling.h"
#include "options/command_table.h"
#include "options/option_table.h"
#include "options/option_value.h"
#include "report/report.h"

#define CTL COMMAND_BIT(COMMAND_CTL)

/* The options of a stream, which `siftr-bpf ctl` has checked already; 0 or -EINVAL, answered. */
static int parse(const struct words *words, struct options *options, struct client *client)
{
	for (size_t i = 1; i < words->count; i += 2) {
		const char *name = words->of[i];
		const struct option_row *row =
			strncmp(name, "--", 2) ? NULL : option_table__find(name + 2);
		bool known = row && (row->member == offsetof(struct options, format) ||
				     row->member == offsetof(struct options, fields) ||
				     row->member == offsetof(struct options, filter));
		int err = 0;

		if (!known || !(row->commands & CTL) || i + 1 == words->count) {
			client__error(client, "'%s' is no option of follow, or has no value", name);
			return -EINVAL;
		}
		report_mute(true);
		err = option_value__parse(row, name, words->of[i + 1], options);
		report_mute(false);
		if (err) {
			client__error(client, "%s: invalid value '%s'", name, words->of[i + 1]);
			return err;
		}
	}
	return 0;
}

/* Chooses what the stream has. 0 or -EINVAL, answered. */
static int choose(const struct run_control *control, struct follower *follower,
		  const struct options *options, struct client *client)
{
	const struct format *format = options->format < FORMATS ? formats[options->format] : NULL;
	const char *fields = options->fields;
	__u32 captured = session__groups(&control->run->session);
	int err;

	if (!format || format->run_footer || format->encode) {
		client__error(client, "the format %s is not one of a stream; follow in another",
			      format ? format->name : "table");
		return -EINVAL;
	}
	if (!fields && format->select)
		fields = sampling__fields(control->options);
	report_mute(true);
	err = log_fields__choose(&follower->fields, format, fields, NULL);
	report_mute(false);
	if (err) {
		client__error(client, "--fields: invalid list '%s'", fields);
		return err;
	}
	if (log_fields__groups(&follower->fields) & ~captured) {
		client__error(client, "the run does not capture all fields of this stream; it does "
				      "with --fields");
		return -EINVAL;
	}
	filter__fill(&options->filter, &follower->filter);
	return 0;
}

/* Gives the connection to the follower. 0 or a negative errno. */
static int begin(struct run_control *control, struct follower *follower, struct client *client)
{
	struct session *session = &control->run->session;
	struct format_start start = {
		.sysname = "Linux",
		.sysver = session->file.sysver,
		.ipmode = 6,
		.enabled = wall_clock__time(&session->wall, clock__monotonic_ns()),
	};
	int err = follower__begin(follower, client->fd, &start);

	if (!err)
		err = followers__add(&control->followers, follower);
	if (err)
		follower->fd = -1;
	else
		clients__release(&control->clients, client);
	return err;
}

void control_follow__answer(struct run_control *control, struct client *client,
			    const struct words *words)
{
	struct follower *follower = NULL;
	struct options options = {};
	int err;

	if (parse(words, &options, client))
		return;
	if (control->followers.count == FOLLOWERS_MAX) {
		client__error(client, "there are %d readers already, try again later",
			      FOLLOWERS_MAX);
		return;
	}
	follower = follower__new();
	if (!follower) {
		client__error(client, "there is no memory for a stream");
		return;
	}
	if (choose(control, follower, &options, client)) {
		follower__free(follower);
		return;
	}
	err = begin(control, follower, client);
	if (!err)
		return;
	client__error(client, "the stream cannot begin: %s", strerror(-err));
	follower__free(follower);
}
