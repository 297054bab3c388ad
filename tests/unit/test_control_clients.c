// SPDX-License-Identifier: BSD-2-Clause
/* Clients of the control socket, those that mean well and those that do not. */
#include <sys/socket.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "../lib/served_clients.h"

static void each_line_has_one_answer_in_order(void **state)
{
	int fd = served_clients__connect();

	(void)state;
	served_clients__say_text(fd, "one\nbad\r\ntwo\n");
	served_clients__assert_heard(fd, "ok\nerror this is bad?\nok\n", false);
	for (int i = 0; i < 100; i++)
		assert_int_equal(served_clients__say(fd, "bad\n", 4), 4);
	served_clients__poll_all();
	assert_int_equal(served_nr_lines, 103);
	close(fd);
	served_clients__poll_all();
	assert_int_equal(served_clients__nr_connected(), 0);
}

static void a_line_may_come_in_pieces(void **state)
{
	int fd = served_clients__connect();

	(void)state;
	served_clients__say_text(fd, "o");
	served_clients__assert_heard(fd, "", false);
	served_clients__say_text(fd, "ne");
	served_clients__say_text(fd, "\nt");
	served_clients__assert_heard(fd, "ok\n", false);
	assert_int_equal(served_nr_lines, 1);
	close(fd);
}

/* One call writes one piece at most, so that the caller goes on with its work between them. */
static void a_long_answer_comes_in_pieces_before_the_next(void **state)
{
	int fd = served_clients__connect();

	(void)state;
	clients__poll(&served_clients, served_now_ns);
	assert_int_equal(served_clients__say(fd, "pieces\none\n", 11), 11);
	for (unsigned int i = 0; i < 2; i++) {
		clients__poll(&served_clients, served_now_ns);
		assert_int_equal(served_nr_pieces, i);
	}
	served_clients__poll_all();
	assert_int_equal(served_nr_pieces, 2);
	served_clients__assert_heard(fd, "piece 0\npiece 1\nok\nok\n", false);
	served_clients__say_text(fd, "pieces\n");
	served_clients__assert_heard(fd, "piece 0\npiece 1\nok\n", false);
	assert_int_equal(served_clients__say(fd, "pieces\n", 7), 7);
	clients__poll(&served_clients, served_now_ns);
	close(fd);
	served_clients__poll_all();
	assert_int_equal(served_clients__nr_connected(), 0);
}

/* As of `printf stats | socat - UNIX-CONNECT:control`, and of a client that sends one line. */
static void a_client_that_sends_no_more_gets_its_answers(void **state)
{
	int whole = served_clients__connect(), half = served_clients__connect();

	(void)state;
	assert_int_equal(served_clients__say(whole, "one\ntwo\n", 8), 8);
	assert_int_equal(served_clients__say(half, "one\ntw", 6), 6);
	shutdown(whole, SHUT_WR);
	shutdown(half, SHUT_WR);
	served_clients__poll_all();
	served_clients__assert_heard(whole, "ok\nok\n", true);
	served_clients__assert_heard(half, "ok\nerror the last line has no end\n", true);
	assert_int_equal(served_clients__nr_connected(), 0);
	close(whole);
	close(half);
}

static void a_hundred_megabytes_without_a_line_end_are_refused(void **state)
{
	static char garbage[1 << 20];
	size_t taken = 0;
	int fd = served_clients__connect();

	(void)state;
	memset(garbage, 'x', sizeof(garbage));
	for (int i = 0; i < 100; i++) {
		taken += served_clients__say(fd, garbage, sizeof(garbage));
		served_clients__poll_all();
	}
	assert_true(taken < 4 * sizeof(garbage));
	served_clients__assert_heard(fd, "error the line is too long\n", true);
	assert_int_equal(served_nr_lines, 0);
	assert_int_equal(served_clients__nr_connected(), 0);
	close(fd);
}

static void garbage_is_answered_by_errors_and_costs_one_client(void **state)
{
	static const char nul[] = "on\0e\nmore\n";
	int fd = served_clients__connect(), good = served_clients__connect();

	(void)state;
	assert_int_equal(served_clients__say(fd, nul, sizeof(nul) - 1), sizeof(nul) - 1);
	served_clients__poll_all();
	served_clients__assert_heard(fd, "error there is a NUL byte in the line\n", true);
	served_clients__say_text(good, "one\n");
	served_clients__assert_heard(good, "ok\n", false);
	close(fd);
	close(good);
}

static void a_slow_reader_is_not_read_from_and_holds_up_nobody(void **state)
{
	int slow = served_clients__connect(), good = served_clients__connect(), small = 2048;
	bool is_closed;
	size_t heard = 0;

	(void)state;
	setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	served_clients__poll_all();
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (served_clients.of[i].fd >= 0)
			setsockopt(served_clients.of[i].fd, SOL_SOCKET, SO_SNDBUF, &small,
				   sizeof(small));
	for (int i = 0; i < 50; i++)
		served_clients__say(slow, "big\n", 4);
	served_clients__poll_all();
	assert_int_equal(served_nr_lines, 1);
	assert_int_equal(clients__poll(&served_clients, served_now_ns), 0);
	served_clients__say_text(good, "one\n");
	served_clients__assert_heard(good, "ok\n", false);
	for (int i = 0; i < 100000 && heard < 50ULL * CLIENT_OUT_MAX / 2; i++) {
		heard += strlen(served_clients__hear(slow, &is_closed));
		clients__poll(&served_clients, served_now_ns);
	}
	assert_int_equal(heard, 50 * (CLIENT_OUT_MAX / 2 + strlen("ok\n")));
	close(slow);
	close(good);
}

static void an_answer_that_is_too_long_becomes_an_error(void **state)
{
	int fd = served_clients__connect();
	const char *text, *end;
	bool is_closed;

	(void)state;
	served_clients__say_text(fd, "huge\n");
	text = served_clients__hear(fd, &is_closed);
	end = strstr(text, "error ");
	assert_non_null(end);
	assert_string_equal(end, "error the answer is too long\n");
	served_clients__say_text(fd, "one\n");
	served_clients__assert_heard(fd, "ok\n", false);
	close(fd);
}

static void an_answer_may_come_later(void **state)
{
	int fd = served_clients__connect();

	(void)state;
	served_clients__say_text(fd, "later\nnot before\n");
	served_clients__assert_heard(fd, "", false);
	assert_int_equal(served_nr_lines, 1);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (served_clients.of[i].waits)
			client__ok(&served_clients.of[i]);
	served_clients__poll_all();
	served_clients__assert_heard(fd, "ok\nok\n", false);
	close(fd);
}

static void a_waiting_client_that_leaves_is_forgotten(void **state)
{
	int fd = served_clients__connect();

	(void)state;
	served_clients__say_text(fd, "later\n");
	close(fd);
	served_clients__poll_all();
	assert_int_equal(served_clients__nr_connected(), 0);
}

static void a_thousand_connections_cost_sixteen_places(void **state)
{
	static int fds[1000];
	int turned_away = 0, late;
	bool is_closed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = served_clients__connect();
		served_clients__poll_all();
		assert_true(served_clients__nr_connected() <= CLIENTS_MAX);
		if (fds[i] >= 0 && strstr(served_clients__hear(fds[i], &is_closed), "too many"))
			turned_away++;
	}
	assert_int_equal(turned_away, ARRAY_SIZE(fds) - CLIENTS_MAX);
	/* They say nothing, so that one of them gives up its place later. */
	served_now_ns += CLIENT_IDLE_NS;
	late = served_clients__connect();
	served_clients__poll_all();
	served_clients__say_text(late, "one\n");
	served_clients__assert_heard(late, "ok\n", false);
	close(late);
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
	served_clients__poll_all();
	assert_int_equal(served_clients__nr_connected(), 0);
}

static void one_call_does_a_bounded_amount(void **state)
{
	int fd = served_clients__connect();

	(void)state;
	clients__poll(&served_clients, served_now_ns);
	for (int i = 0; i < 1000; i++)
		served_clients__say(fd, "one\n", 4);
	assert_true(clients__poll(&served_clients, served_now_ns) > 0);
	assert_true(served_nr_lines <= 8);
	close(fd);
}
int main(void)
{
#define SERVED(test) \
	cmocka_unit_test_setup_teardown(test, served_clients__open, served_clients__close)
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
	};
#undef SERVED

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control_clients", tests, NULL, NULL);
}
