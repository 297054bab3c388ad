// SPDX-License-Identifier: BSD-2-Clause
/* The control socket and its clients, those that mean well and those that do not. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "control/clients.h"
#include "control/words.h"

#include "../lib/scratch.h"

#define NAME   "control"
#define SECOND 1000000000ULL
#define NOBODY 65534

/* Waits of 10 ms: two minutes end what never comes, on a busy host as well. */
#define PATIENCE 12000

static struct listener listener;
static struct clients clients;
static unsigned int nr_lines, nr_pieces;
static __u64 now_ns;

/* An answer in two pieces. */
static void write_piece(struct client *client, void *context)
{
	(void)context;
	nr_pieces++;
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
	nr_lines++;
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

static int listen_here(void **state)
{
	enter_scratch(state);
	assert_int_equal(listener__open(&listener, NAME, NULL, geteuid()), 0);
	memset(&clients, 0, sizeof(clients));
	assert_int_equal(clients__open(&clients, &listener, answer, NULL), 0);
	nr_lines = nr_pieces = 0;
	now_ns = SECOND;
	return 0;
}

static int end_here(void **state)
{
	clients__close(&clients, now_ns);
	listener__close(&listener);
	assert_int_equal(access(NAME, F_OK), -1);
	return leave_scratch(state);
}

static int connect_here(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = NAME};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address))) {
		close(fd);
		return -1;
	}
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Polls until there is nothing to do. What it does in one call is bounded. */
static void poll_all(void)
{
	for (int i = 0; i < 10000 && clients__poll(&clients, now_ns); i++)
		;
}

static size_t say(int fd, const char *text, size_t bytes)
{
	ssize_t sent = send(fd, text, bytes, MSG_NOSIGNAL);

	return sent < 0 ? 0 : (size_t)sent;
}

static void say_text(int fd, const char *text)
{
	assert_int_equal(say(fd, text, strlen(text)), strlen(text));
	poll_all();
}

/* What the client has got so far, as a string; -1 of *end: the connection is open. */
static const char *hear(int fd, bool *is_closed)
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

static void assert_heard(int fd, const char *expected, bool closed)
{
	bool is_closed;

	assert_string_equal(hear(fd, &is_closed), expected);
	assert_int_equal(is_closed, closed);
}

static size_t nr_connected(void)
{
	size_t count = 0;

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		count += clients.of[i].fd >= 0;
	return count;
}

static void each_line_has_one_answer_in_order(void **state)
{
	int fd = connect_here();

	(void)state;
	say_text(fd, "one\nbad\r\ntwo\n");
	assert_heard(fd, "ok\nerror this is bad?\nok\n", false);
	for (int i = 0; i < 100; i++)
		assert_int_equal(say(fd, "bad\n", 4), 4);
	poll_all();
	assert_int_equal(nr_lines, 103);
	close(fd);
	poll_all();
	assert_int_equal(nr_connected(), 0);
}

static void a_line_may_come_in_pieces(void **state)
{
	int fd = connect_here();

	(void)state;
	say_text(fd, "o");
	assert_heard(fd, "", false);
	say_text(fd, "ne");
	say_text(fd, "\nt");
	assert_heard(fd, "ok\n", false);
	assert_int_equal(nr_lines, 1);
	close(fd);
}

/* One call writes one piece at most, so that the caller goes on with its work between them. */
static void a_long_answer_comes_in_pieces_before_the_next(void **state)
{
	int fd = connect_here();

	(void)state;
	clients__poll(&clients, now_ns);
	assert_int_equal(say(fd, "pieces\none\n", 11), 11);
	for (unsigned int i = 0; i < 2; i++) {
		clients__poll(&clients, now_ns);
		assert_int_equal(nr_pieces, i);
	}
	poll_all();
	assert_int_equal(nr_pieces, 2);
	assert_heard(fd, "piece 0\npiece 1\nok\nok\n", false);
	say_text(fd, "pieces\n");
	assert_heard(fd, "piece 0\npiece 1\nok\n", false);
	assert_int_equal(say(fd, "pieces\n", 7), 7);
	clients__poll(&clients, now_ns);
	close(fd);
	poll_all();
	assert_int_equal(nr_connected(), 0);
}

/* As of `printf stats | socat - UNIX-CONNECT:control`, and of a client that sends one line. */
static void a_client_that_sends_no_more_gets_its_answers(void **state)
{
	int whole = connect_here(), half = connect_here();

	(void)state;
	assert_int_equal(say(whole, "one\ntwo\n", 8), 8);
	assert_int_equal(say(half, "one\ntw", 6), 6);
	shutdown(whole, SHUT_WR);
	shutdown(half, SHUT_WR);
	poll_all();
	assert_heard(whole, "ok\nok\n", true);
	assert_heard(half, "ok\nerror the last line has no end\n", true);
	assert_int_equal(nr_connected(), 0);
	close(whole);
	close(half);
}

static void a_hundred_megabytes_without_a_line_end_are_refused(void **state)
{
	static char garbage[1 << 20];
	size_t taken = 0;
	int fd = connect_here();

	(void)state;
	memset(garbage, 'x', sizeof(garbage));
	for (int i = 0; i < 100; i++) {
		taken += say(fd, garbage, sizeof(garbage));
		poll_all();
	}
	assert_true(taken < 4 * sizeof(garbage));
	assert_heard(fd, "error the line is too long\n", true);
	assert_int_equal(nr_lines, 0);
	assert_int_equal(nr_connected(), 0);
	close(fd);
}

static void garbage_is_answered_by_errors_and_costs_one_client(void **state)
{
	static const char nul[] = "on\0e\nmore\n";
	int fd = connect_here(), good = connect_here();

	(void)state;
	assert_int_equal(say(fd, nul, sizeof(nul) - 1), sizeof(nul) - 1);
	poll_all();
	assert_heard(fd, "error there is a NUL byte in the line\n", true);
	say_text(good, "one\n");
	assert_heard(good, "ok\n", false);
	close(fd);
	close(good);
}

static void a_slow_reader_is_not_read_from_and_holds_up_nobody(void **state)
{
	int slow = connect_here(), good = connect_here(), small = 2048;
	bool is_closed;
	size_t heard = 0;

	(void)state;
	setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	poll_all();
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients.of[i].fd >= 0)
			setsockopt(clients.of[i].fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	for (int i = 0; i < 50; i++)
		say(slow, "big\n", 4);
	poll_all();
	assert_int_equal(nr_lines, 1);
	assert_int_equal(clients__poll(&clients, now_ns), 0);
	say_text(good, "one\n");
	assert_heard(good, "ok\n", false);
	for (int i = 0; i < 100000 && heard < 50ULL * CLIENT_OUT_MAX / 2; i++) {
		heard += strlen(hear(slow, &is_closed));
		clients__poll(&clients, now_ns);
	}
	assert_int_equal(heard, 50 * (CLIENT_OUT_MAX / 2 + strlen("ok\n")));
	close(slow);
	close(good);
}

static void an_answer_that_is_too_long_becomes_an_error(void **state)
{
	int fd = connect_here();
	const char *text, *end;
	bool is_closed;

	(void)state;
	say_text(fd, "huge\n");
	text = hear(fd, &is_closed);
	end = strstr(text, "error ");
	assert_non_null(end);
	assert_string_equal(end, "error the answer is too long\n");
	say_text(fd, "one\n");
	assert_heard(fd, "ok\n", false);
	close(fd);
}

static void an_answer_may_come_later(void **state)
{
	int fd = connect_here();

	(void)state;
	say_text(fd, "later\nnot before\n");
	assert_heard(fd, "", false);
	assert_int_equal(nr_lines, 1);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (clients.of[i].waits)
			client__ok(&clients.of[i]);
	poll_all();
	assert_heard(fd, "ok\nok\n", false);
	close(fd);
}

static void a_waiting_client_that_leaves_is_forgotten(void **state)
{
	int fd = connect_here();

	(void)state;
	say_text(fd, "later\n");
	close(fd);
	poll_all();
	assert_int_equal(nr_connected(), 0);
}

static void a_thousand_connections_cost_sixteen_places(void **state)
{
	static int fds[1000];
	int turned_away = 0, late;
	bool is_closed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = connect_here();
		poll_all();
		assert_true(nr_connected() <= CLIENTS_MAX);
		if (fds[i] >= 0 && strstr(hear(fds[i], &is_closed), "too many"))
			turned_away++;
	}
	assert_int_equal(turned_away, ARRAY_SIZE(fds) - CLIENTS_MAX);
	/* They say nothing, so that one of them gives up its place later. */
	now_ns += CLIENT_IDLE_NS;
	late = connect_here();
	poll_all();
	say_text(late, "one\n");
	assert_heard(late, "ok\n", false);
	close(late);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
	poll_all();
	assert_int_equal(nr_connected(), 0);
}

static void one_call_does_a_bounded_amount(void **state)
{
	int fd = connect_here();

	(void)state;
	clients__poll(&clients, now_ns);
	for (int i = 0; i < 1000; i++)
		say(fd, "one\n", 4);
	assert_true(clients__poll(&clients, now_ns) > 0);
	assert_true(nr_lines <= 8);
	close(fd);
}

static void the_socket_is_its_owners_alone(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(stat(NAME, &status), 0);
	assert_true(S_ISSOCK(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0600);
}

/* Connects as another user, in a child. Returns what it heard: 'd' denied, 'o' ok, '-' nothing. */
static int heard_by(uid_t user, gid_t group, gid_t other)
{
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		bool is_closed;
		int fd;

		if (setgroups(1, &other) || setresgid(group, group, group) ||
		    setresuid(user, user, user))
			_exit(1);
		fd = connect_here();
		if (fd < 0)
			_exit('-');
		say(fd, "one\n", 4);
		if (write(ends[1], "", 1) != 1)
			_exit(2);
		for (int i = 0; i < PATIENCE; i++) {
			const char *text = hear(fd, &is_closed);

			if (*text)
				_exit(!strncmp(text, "ok", 2) ? 'o' : text[6] == 'p' ? 'd' : '?');
			usleep(10000);
		}
		_exit(3);
	}
	for (int i = 0; i < PATIENCE && !waitpid(child, &status, WNOHANG); i++) {
		poll_all();
		usleep(10000);
	}
	close(ends[0]);
	close(ends[1]);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void only_root_owner_and_group_are_let_in(void **state)
{
	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), '-');
	/* Whoever opens the name to others does not open the tracer. */
	assert_int_equal(chmod(NAME, 0666), 0);
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), 'd');
	assert_int_equal(heard_by(0, 0, 0), 'o');
	listener.has_group = true;
	listener.group = 4242;
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), 'd');
	assert_int_equal(heard_by(NOBODY, 4242, NOBODY), 'o');
	assert_int_equal(heard_by(NOBODY, NOBODY, 4242), 'o');
	listener.owner = NOBODY;
	assert_int_equal(heard_by(NOBODY, NOBODY, NOBODY), 'o');
}

static void the_group_gets_the_sockets_mode(void **state)
{
	struct listener other;
	struct stat status;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(listener__open(&other, "other", "4242", NOBODY), 0);
	assert_int_equal(stat("other", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0660);
	assert_int_equal(status.st_gid, 4242);
	assert_int_equal(status.st_uid, NOBODY);
	listener__close(&other);
	assert_int_equal(listener__open(&other, "other", "no such group", 0), -ENOENT);
	listener__close(&other);
}

static void names_that_are_taken_are_refused_and_left_over_ones_replaced(void **state)
{
	struct listener other;

	(void)state;
	assert_int_equal(listener__open(&other, NAME, NULL, geteuid()), -EADDRINUSE);
	listener__close(&other);
	close(open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_int_equal(listener__open(&other, "file", NULL, geteuid()), -EEXIST);
	listener__close(&other);
	assert_int_equal(access("file", F_OK), 0);
	unlink("file");
	/* That of a run that was killed: nobody listens at it any more. */
	assert_int_equal(listener__open(&other, "left", NULL, geteuid()), 0);
	close(other.fd);
	other.fd = -1;
	other.inode = 0;
	listener__close(&other);
	assert_int_equal(listener__open(&other, "left", NULL, geteuid()), 0);
	listener__close(&other);
	assert_int_equal(access("left", F_OK), -1);
}

static void assert_split(const char *text, int err, size_t count, const char *last)
{
	char line[CLIENT_LINE_MAX];
	struct words words;

	snprintf(line, sizeof(line), "%s", text);
	assert_int_equal(words__split(line, &words), err);
	if (err)
		return;
	assert_int_equal(words.count, count);
	if (count)
		assert_string_equal(words.of[count - 1], last);
}

static void words_are_split_at_blanks_outside_quotes(void **state)
{
	(void)state;
	assert_split("", 0, 0, NULL);
	assert_split("  \t ", 0, 0, NULL);
	assert_split("get", 0, 1, "get");
	assert_split(" set\tppl  10 ", 0, 3, "10");
	assert_split("mark \"one two\"", 0, 2, "one two");
	assert_split("mark \"say \\\"a\\\\b\\\"\" \"\"", 0, 3, "");
	assert_split("mark \"say \\\"a\\\\b\\\"\"", 0, 2, "say \"a\\b\"");
	assert_split("mark \"open", -EINVAL, 0, NULL);
	assert_split("mark \"a\"b", -EINVAL, 0, NULL);
	assert_split("mark a\"b\"", -EINVAL, 0, NULL);
	assert_split("mark \033[2J", -EINVAL, 0, NULL);
}

static void too_many_words_are_refused(void **state)
{
	char line[4 * WORDS_MAX] = "";

	(void)state;
	for (int i = 0; i < WORDS_MAX; i++)
		strcat(line, "w ");
	assert_split(line, 0, WORDS_MAX, "w");
	strcat(line, "w");
	assert_split(line, -E2BIG, 0, NULL);
}

static void a_quoted_word_is_read_as_it_was(void **state)
{
	static const char *const texts[] = {"",	    "plain", "two words",  "a\"b", "back\\slash",
					    "\\\"", "a\tb",  "caf\xc3\xa9"};
	char quoted[64];
	struct words words;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_true(words__quote(texts[i], quoted, sizeof(quoted)) >= 0);
		assert_int_equal(words__split(quoted, &words), 0);
		assert_int_equal(words.count, 1);
		assert_string_equal(words.of[0], texts[i]);
	}
	assert_int_equal(words__quote("line\nend", quoted, sizeof(quoted)), -EINVAL);
	assert_int_equal(words__quote("longer than there is room", quoted, 8), -E2BIG);
}

int main(void)
{
#define SERVED(test) cmocka_unit_test_setup_teardown(test, listen_here, end_here)
	const struct CMUnitTest tests[] = {
		SERVED(each_line_has_one_answer_in_order),
		SERVED(a_long_answer_comes_in_pieces_before_the_next),
		SERVED(a_line_may_come_in_pieces),
		SERVED(a_client_that_sends_no_more_gets_its_answers),
		SERVED(a_hundred_megabytes_without_a_line_end_are_refused),
		SERVED(garbage_is_answered_by_errors_and_costs_one_client),
		SERVED(a_slow_reader_is_not_read_from_and_holds_up_nobody),
		SERVED(an_answer_that_is_too_long_becomes_an_error),
		SERVED(an_answer_may_come_later),
		SERVED(a_waiting_client_that_leaves_is_forgotten),
		SERVED(a_thousand_connections_cost_sixteen_places),
		SERVED(one_call_does_a_bounded_amount),
		SERVED(the_socket_is_its_owners_alone),
		SERVED(only_root_owner_and_group_are_let_in),
		SERVED(the_group_gets_the_sockets_mode),
		SERVED(names_that_are_taken_are_refused_and_left_over_ones_replaced),
		cmocka_unit_test(words_are_split_at_blanks_outside_quotes),
		cmocka_unit_test(too_many_words_are_refused),
		cmocka_unit_test(a_quoted_word_is_read_as_it_was),
	};
#undef SERVED

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control_clients", tests, NULL, NULL);
}
