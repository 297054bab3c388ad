// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf top --control`: watches a tracer, here a process that answers as one. */
#include "../lib/command_line.h"
#include "../lib/scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOCKET "control"

#define ROW(time, port, more)                                                                         \
	"{\"time\":" time ",\"direction\":\"o\",\"laddr\":\"10.0.0.1\",\"lport\":" port               \
	",\"faddr\":\"10.0.0.2\",\"fport\":5001,\"snd_cwnd\":14480,\"conn_state\":4,\"flowid\":" port \
		more "}\n"

static pid_t tracer;

/* Takes one line of a request, and writes it to a file. */
static void take_request(FILE *stream, FILE *requests)
{
	char line[1024];

	if (!fgets(line, sizeof(line), stream))
		exit(1);
	fputs(line, requests);
	fflush(requests);
}

/* Answers one client: `groups` and `begun` are the answers, then comes the stream. */
static void answer(int listener, const char *groups, const char *begun, const char *stream,
		   bool stays)
{
	int fd = accept(listener, NULL, NULL);
	FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w"), *requests = fopen("requests", "w");
	char rest[16];

	take_request(in, requests);
	fputs(groups, out);
	fflush(out);
	take_request(in, requests);
	fputs(begun, out);
	/* A line comes in two parts. */
	fwrite(stream, 1, strlen(stream) / 2, out);
	fflush(out);
	usleep(1000);
	fputs(stream + strlen(stream) / 2, out);
	fflush(out);
	while (stays && read(fd, rest, sizeof(rest)) > 0)
		;
	exit(0);
}

static void begin_tracer(const char *groups, const char *begun, const char *stream, bool stays)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SOCKET};
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	unlink(SOCKET);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	tracer = fork();
	if (!tracer)
		answer(listener, groups, begun, stream, stays);
	close(listener);
}

static void run(const char *line, int status)
{
	int got = run_command(line);

	if (tracer)
		waitpid(tracer, NULL, 0);
	tracer = 0;
	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
}

static void assert_printed(const char *text)
{
	if (!strstr(captured_stdout, text))
		fail_msg("'%s' is not in:\n%s", text, captured_stdout);
}

static void rows_of_the_stream_are_shown(void **state)
{
	(void)state;
	begin_tracer("groups packet,cc,identity\nok\n", "ok\n",
		     ROW("1700000000.000001", "1001", ",\"comm\":\"curl\",\"pid\":77") ROW(
			     "1700000000.000002", "1002", "") "{\"lost_in\":3,\"lost_out\":4}\n",
		     false);
	run("top --json --interval 1000s --control " SOCKET, 1);
	assert_printed("\"flows\":2,\"packets\":2,\"lost\":7,");
	assert_printed(
		"\"lport\":1001,\"faddr\":\"10.0.0.2\",\"fport\":5001,\"comm\":\"curl\",\"pid\":77");
	assert_int_equal(count_in("requests", "get groups\nfollow --format jsonl "
					      "--fields siftr,packet,cc_name,pid,comm\n"),
			 1);
	assert_non_null(strstr(captured_stderr, "does not capture order,loss,rate,rtt,bytes: "));
}

static void filters_are_those_of_the_stream(void **state)
{
	(void)state;
	begin_tracer("groups packet,order,loss,rate,rtt,bytes,cc,identity\nok\n", "ok\n", "", true);
	run("top --once --interval 100ms --port 80,443 --host 10.0.0.0/8 --control " SOCKET, 0);
	assert_int_equal(count_in("requests", "pid,comm --port 80,443 --host 10.0.0.0/8\n"), 1);
	assert_string_equal(captured_stderr, "");
	assert_printed("0 connections  ");
}

static void a_tracer_that_ends_is_reported(void **state)
{
	(void)state;
	begin_tracer("groups\nok\n", "ok\n", ROW("1700000000.000001", "1001", ""), false);
	run("top --control " SOCKET, 1);
	assert_non_null(strstr(captured_stderr, "the tracer at " SOCKET " has ended"));
}

static void what_the_tracer_refuses_is_reported(void **state)
{
	(void)state;
	begin_tracer("groups\nok\n", "error there are 16 readers already, try again later\n", "",
		     false);
	run("top --control " SOCKET, 1);
	assert_non_null(strstr(captured_stderr, "there are 16 readers already"));
	begin_tracer("error unknown key 'groups'\n", "", "", false);
	run("top --control " SOCKET, 1);
	assert_non_null(strstr(captured_stderr, "unknown key 'groups'"));
	begin_tracer("groups\nok\n", "", "", false);
	run("top --control " SOCKET, 1);
	assert_non_null(strstr(captured_stderr, "without an answer"));
	unlink(SOCKET);
	run("top --control " SOCKET, 1);
	assert_non_null(strstr(captured_stderr, "no tracer listens at " SOCKET));
}

static void what_a_stream_cannot_do_is_refused(void **state)
{
	(void)state;
	run("top --control " SOCKET " --pid 1", 2);
	assert_non_null(strstr(captured_stderr, "--pid is for a top that traces by itself"));
	run("top --control " SOCKET " --replay a.log", 2);
	assert_non_null(strstr(captured_stderr, "exclude each other"));
}

#define TOP_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TOP_TEST(rows_of_the_stream_are_shown),
		TOP_TEST(filters_are_those_of_the_stream),
		TOP_TEST(a_tracer_that_ends_is_reported),
		TOP_TEST(what_the_tracer_refuses_is_reported),
		TOP_TEST(what_a_stream_cannot_do_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
