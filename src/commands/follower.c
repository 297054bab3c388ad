// SPDX-License-Identifier: BSD-2-Clause
#include "commands/follower.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "convert/flow_list.h"
#include "filter/filter_flows.h"
#include "format/format_needs.h"

#define OK "ok\n"

/* Rows that are formatted at once. */
#define ROWS 8

struct follower *follower__new(void)
{
	struct follower *follower = calloc(1, sizeof(*follower));

	if (follower)
		follower->fd = -1;
	return follower;
}

void follower__free(struct follower *follower)
{
	if (!follower)
		return;
	if (follower->fd >= 0)
		close(follower->fd);
	format_cache__free(follower->cache);
	flows__free(follower->flows);
	free(follower);
}

/* Where so many bytes can be written; NULL: the reader is too slow. */
static char *reserve(struct follower *follower, size_t bytes)
{
	if (follower->end + bytes > FOLLOWER_BYTES) {
		follower->end -= follower->begin;
		memmove(follower->buffer, follower->buffer + follower->begin, follower->end);
		follower->begin = 0;
	}
	return follower->end + bytes > FOLLOWER_BYTES ? NULL : follower->buffer + follower->end;
}

static void commit(struct follower *follower, const char *end)
{
	follower->end = (size_t)(end - follower->buffer);
}

/* Writes how many lines were lost, if the stream has not said so yet and the format can. */
static void tell_losses(struct follower *follower)
{
	const struct format *format = &follower->fields.format;
	bool known = !memcmp(follower->told, follower->lost, sizeof(follower->told));
	char *text = format->losses && !known ? reserve(follower, FORMAT_LOSSES_MAX) : NULL;

	if (!text)
		return;
	commit(follower, format->losses(text, follower->lost));
	memcpy(follower->told, follower->lost, sizeof(follower->told));
}

int follower__begin(struct follower *follower, int fd, const struct format_start *start)
{
	const struct format *format = &follower->fields.format;
	struct format_start own = *start;
	char *text = follower->buffer;

	follower->fd = fd;
	follower->begun = start->enabled;
	follower->cache = format_cache__new(format);
	follower->flows = flows__new();
	if (!follower->cache || !follower->flows)
		return -ENOMEM;
	format_cache__begin_run(follower->cache, start->enabled);
	memcpy(text, OK, sizeof(OK) - 1);
	text += sizeof(OK) - 1;
	own.selection = format->selection;
	if (format->header)
		text = format->header(text, &own);
	commit(follower, text);
	return 0;
}

static bool is_earlier(struct siftr_time a, struct siftr_time b)
{
	return a.seconds != b.seconds ? a.seconds < b.seconds : a.microseconds < b.microseconds;
}

static bool wants(const struct follower *follower, const struct row *row)
{
	const struct format *format = &follower->fields.format;

	return !is_earlier(row->time, follower->begun) &&
	       !(format->inbound_only && row->direction == SIFTR_OUT) &&
	       filter_flows__match(&follower->filter, row->flow) &&
	       format_needs__are_met(format, row);
}

/*
 * The rows of one call of the format. Their flows have numbers of the follower's own, since those
 * of the run may be assigned anew.
 */
static void write_some(struct follower *follower, struct row rows[], size_t count)
{
	const struct format *format = &follower->fields.format;
	char *text = reserve(follower, FORMAT_LOSSES_MAX + count * format->line_max);
	size_t kept = 0;

	if (text) {
		tell_losses(follower);
		text = follower->buffer + follower->end;
	}
	for (size_t i = 0; i < count; i++) {
		rows[kept] = rows[i];
		if (text)
			rows[kept].flow_number = flows__id(follower->flows, rows[i].flow);
		if (text && rows[kept].flow_number) {
			follower->lines[rows[kept].direction]++;
			kept++;
		} else {
			follower->lost[rows[i].direction]++;
		}
	}
	if (kept)
		commit(follower, format->rows(text, follower->cache, rows, kept));
}

void follower__write(struct follower *follower, const struct row rows[], size_t count)
{
	struct row some[ROWS];
	size_t nr_some = 0;

	for (size_t i = 0; i < count; i++) {
		if (!wants(follower, &rows[i]))
			continue;
		some[nr_some++] = rows[i];
		if (nr_some == ROWS) {
			write_some(follower, some, nr_some);
			nr_some = 0;
		}
	}
	if (nr_some)
		write_some(follower, some, nr_some);
}

static void send_text(struct follower *follower)
{
	while (!follower->failed && follower->begin < follower->end) {
		ssize_t sent = send(follower->fd, follower->buffer + follower->begin,
				    follower->end - follower->begin, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent > 0)
			follower->begin += (size_t)sent;
		else if (sent < 0 && errno == EAGAIN)
			return;
		else if (sent < 0 && errno != EINTR)
			follower->failed = true;
	}
	if (follower->begin == follower->end)
		follower->begin = follower->end = 0;
}

void follower__flush(struct follower *follower)
{
	send_text(follower);
	if (follower->end)
		return;
	tell_losses(follower);
	send_text(follower);
}

static int list_flow(const struct siftr_flow_key *key, void *context)
{
	struct follower *follower = context;
	char *text = reserve(follower, TUPLE_ROOM);

	if (!text)
		return -ENOSPC;
	commit(follower, follower->fields.format.listed_flow(text, key));
	return 0;
}

void follower__end(struct follower *follower, struct siftr_time disabled)
{
	const struct format *format = &follower->fields.format;
	struct format_totals totals = {};
	size_t whole;
	char *text;

	tell_losses(follower);
	text = reserve(follower, FORMAT_FOOTER_MAX);
	whole = follower->end;
	if (!format->footer || !text)
		return;
	for (int direction = 0; direction < SIFTR_DIRECTIONS; direction++) {
		totals.packets[direction] = follower->lines[direction] + follower->lost[direction];
		totals.skipped_malloc[direction] = follower->lost[direction];
	}
	commit(follower, format->footer(text, disabled, &totals));
	text = flow_list__each(follower->flows, list_flow, follower) ? NULL : reserve(follower, 1);
	if (text) {
		*text = '\n';
		commit(follower, text + 1);
	} else {
		follower->end = whole;
	}
}
