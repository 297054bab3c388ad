// SPDX-License-Identifier: BSD-2-Clause
#include "control/client.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What is kept for the last line of an answer, whatever comes before it. */
#define LAST_LINE_MAX 512

static size_t space(const struct client *client)
{
	return CLIENT_OUT_MAX - LAST_LINE_MAX - client->out_end;
}

void client__write(struct client *client, const char *text, size_t bytes)
{
	if (client->overflowed || bytes > space(client)) {
		client->overflowed = true;
		return;
	}
	memcpy(client->out + client->out_end, text, bytes);
	client->out_end += bytes;
}

void client__print(struct client *client, const char *format, ...)
{
	size_t room = space(client);
	va_list arguments;
	int bytes;

	va_start(arguments, format);
	bytes = vsnprintf(client->out + client->out_end, room, format, arguments);
	va_end(arguments);
	if (client->overflowed || bytes < 0 || (size_t)bytes >= room)
		client->overflowed = true;
	else
		client->out_end += (size_t)bytes;
}

/* Adds the last line, for which there is always space, without control characters. */
static void add_last(struct client *client, const char *line)
{
	char *out = client->out + client->out_end;
	size_t bytes = strlen(line);

	for (size_t i = 0; i < bytes; i++)
		out[i] = (unsigned char)line[i] < ' ' || line[i] == 0x7f ? '?' : line[i];
	out[bytes] = '\n';
	client->out_end += bytes + 1;
	client->overflowed = false;
	client->waits = false;
}

void client__ok(struct client *client)
{
	add_last(client, client->overflowed ? "error the answer is too long" : "ok");
}

void client__error(struct client *client, const char *format, ...)
{
	char line[LAST_LINE_MAX - 1] = "error ";
	size_t used = strlen(line);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line + used, sizeof(line) - used, format, arguments);
	va_end(arguments);
	add_last(client, line);
}

void client__flush(struct client *client, __u64 now_ns)
{
	while (!client->failed && client->out_begin < client->out_end) {
		ssize_t sent =
			send(client->fd, client->out + client->out_begin,
			     client->out_end - client->out_begin, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EAGAIN)
			return;
		if (sent < 0 && errno != EINTR)
			client->failed = true;
		if (sent > 0) {
			client->out_begin += (size_t)sent;
			client->active_ns = now_ns;
		}
	}
	client->out_begin = client->out_end = 0;
	if (client->closing)
		client->failed = true;
}

static void give_up(struct client *client, const char *why)
{
	client->nr_in = 0;
	client->closing = client->at_eof = true;
	client__error(client, "%s", why);
}

static bool is_answered(const struct client *client)
{
	return !client->out_end && !client->waits && !client->more && !client->failed;
}

static size_t line_bytes(const struct client *client)
{
	const char *end = memchr(client->in, '\n', client->nr_in);

	return end ? (size_t)(end - client->in) + 1 : 0;
}

bool client__has_line(const struct client *client)
{
	return is_answered(client) && !client->closing && line_bytes(client);
}

/* Without a complete line: whether one can still come. */
static void check_rest(struct client *client)
{
	if (!is_answered(client) || client->closing)
		return;
	if (client->nr_in == CLIENT_LINE_MAX)
		give_up(client, "the line is too long");
	else if (client->at_eof && client->nr_in)
		give_up(client, "the last line has no end");
	else if (client->at_eof)
		client->closing = true;
}

void client__read(struct client *client)
{
	size_t room = CLIENT_LINE_MAX - client->nr_in;
	ssize_t got;

	if (!is_answered(client) || client->closing || client->at_eof || !room)
		return;
	got = read(client->fd, client->in + client->nr_in, room);
	if (got > 0)
		client->nr_in += (size_t)got;
	else if (!got)
		client->at_eof = true;
	else if (errno != EAGAIN && errno != EINTR)
		client->failed = true;
}

bool client__take_line(struct client *client, char line[CLIENT_LINE_MAX])
{
	size_t bytes = client__has_line(client) ? line_bytes(client) : 0;

	if (!bytes) {
		check_rest(client);
		return false;
	}
	memcpy(line, client->in, bytes);
	client->nr_in -= bytes;
	memmove(client->in, client->in + bytes, client->nr_in);
	line[bytes - 1] = '\0';
	if (bytes > 1 && line[bytes - 2] == '\r')
		line[bytes - 2] = '\0';
	if (memchr(line, '\0', bytes > 1 ? bytes - 2 : 0)) {
		give_up(client, "there is a NUL byte in the line");
		return false;
	}
	return true;
}
