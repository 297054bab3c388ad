// SPDX-License-Identifier: BSD-2-Clause
#include "served_clients.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SECOND 1000000000ULL

struct listener served_listener;
struct clients served_clients;
unsigned int served_nr_lines, served_nr_pieces;
__u64 served_now_ns;

/* An answer in two pieces. */
static void write_piece(struct client *client, void *context)
{
	(void)context;
	served_nr_pieces++;
	client__print(client, "piece %zu\n", client->position);
	if (client->position++ < 1)
		return;
	client->more = NULL;
	client__ok(client);
}

/* Answers "big" with more than a socket holds, "huge" with too much, "later" not yet. */
static void answer(struct client *client, char *line, void *context)
{
	(void)context;
	served_nr_lines++;
	if (!strcmp(line, "pieces")) {
		client->position = 0;
		client->more = write_piece;
		return;
	}
	if (!strcmp(line, "later")) {
		client->waits = true;
		return;
	}
	for (int i = 0; !strcmp(line, "big") && i < CLIENT_OUT_MAX / 2; i++)
		client__write(client, i % 64 == 63 ? "\n" : "x", 1);
	for (int i = 0; !strcmp(line, "huge") && i < CLIENT_OUT_MAX; i++)
		client__write(client, "x", 1);
	if (!strcmp(line, "bad"))
		client__error(client, "this is %s\n", line);
	else
		client__ok(client);
}

int served_clients__open(void **state)
{
	enter_scratch(state);
	assert_int_equal(listener__open(&served_listener, SERVED_NAME, NULL, geteuid()), 0);
	memset(&served_clients, 0, sizeof(served_clients));
	assert_int_equal(clients__open(&served_clients, &served_listener, answer, NULL), 0);
	served_nr_lines = served_nr_pieces = 0;
	served_now_ns = SECOND;
	return 0;
}

int served_clients__close(void **state)
{
	clients__close(&served_clients, served_now_ns);
	listener__close(&served_listener);
	assert_int_equal(access(SERVED_NAME, F_OK), -1);
	return leave_scratch(state);
}

int served_clients__connect(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SERVED_NAME};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

void served_clients__poll_all(void)
{
	for (int i = 0; i < 10000 && clients__poll(&served_clients, served_now_ns); i++)
		;
}

size_t served_clients__say(int fd, const char *text, size_t bytes)
{
	ssize_t sent = send(fd, text, bytes, MSG_NOSIGNAL);

	return sent < 0 ? 0 : (size_t)sent;
}

void served_clients__say_text(int fd, const char *text)
{
	assert_int_equal(served_clients__say(fd, text, strlen(text)), strlen(text));
	served_clients__poll_all();
}

const char *served_clients__hear(int fd, bool *is_closed)
{
	static char text[2 * CLIENT_OUT_MAX];
	size_t used = 0;
	ssize_t got;

	while ((got = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)got;
	text[used] = '\0';
	*is_closed = !got || errno == ECONNRESET;
	return text;
}

void served_clients__assert_heard(int fd, const char *expected, bool closed)
{
	bool is_closed;

	assert_string_equal(served_clients__hear(fd, &is_closed), expected);
	assert_int_equal(is_closed, closed);
}

size_t served_clients__nr_connected(void)
{
	size_t count = 0;

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		count += served_clients.of[i].fd >= 0;
	return count;
}
