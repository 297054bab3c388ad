// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes a TCP connection over loopback and compares the counts of the BPF programs before and after
 * it.
 */
#include "capture/selftest.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <siftr/array_size.h>

#include "capture/hooks.h"
#include "capture/shared.h"

#define LIMIT_MS \
	1000 /* limit for each step of the connection, because a firewall may drop its packets */
#define ROUNDS 3 /* tests that must all find packets logged twice to be sure */

struct connection {
	int listener, client, server;
	__u16 port; /* the listener's */
};

static int open_socket(int *fd)
{
	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return *fd < 0 ? -errno : 0;
}

static int wait_for(int fd, short events)
{
	struct pollfd wanted = {.fd = fd, .events = events};
	int ready = poll(&wanted, 1, LIMIT_MS);

	if (ready < 0)
		return -errno;
	return ready ? 0 : -ETIMEDOUT;
}

static int listen_on_loopback(struct connection *connection, struct sockaddr_in *address)
{
	socklen_t bytes = sizeof(*address);
	int err = open_socket(&connection->listener);

	*address = (struct sockaddr_in){.sin_family = AF_INET};
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (err)
		return err;
	if (bind(connection->listener, (struct sockaddr *)address, bytes) ||
	    listen(connection->listener, 1) ||
	    getsockname(connection->listener, (struct sockaddr *)address, &bytes))
		return -errno;
	connection->port = ntohs(address->sin_port);
	return 0;
}

/* Sends a byte and waits until it is received: then the hooks have run. */
static int send_byte(int from, int to)
{
	char byte = 0;
	int err;

	if (send(from, &byte, 1, MSG_NOSIGNAL) != 1)
		return -errno;
	err = wait_for(to, POLLIN);
	if (!err && recv(to, &byte, 1, 0) != 1)
		err = errno ? -errno : -ECONNRESET;
	return err;
}

static int finish_connecting(int fd)
{
	int err = wait_for(fd, POLLOUT), failure = 0;
	socklen_t bytes = sizeof(failure);

	if (err)
		return err;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &bytes))
		return -errno;
	return -failure;
}

/* Handshake and a byte each way, so that both receive hooks and the transmit hook run. */
static int talk(struct connection *connection, const struct sockaddr_in *address)
{
	int err = open_socket(&connection->client);
	struct sockaddr_in peer;
	socklen_t bytes = sizeof(peer);

	if (err)
		return err;
	if (connect(connection->client, (const struct sockaddr *)address, sizeof(*address)) &&
	    errno != EINPROGRESS)
		return -errno;
	err = finish_connecting(connection->client);
	if (!err)
		err = wait_for(connection->listener, POLLIN);
	if (err)
		return err;
	connection->server =
		accept4(connection->listener, (struct sockaddr *)&peer, &bytes, SOCK_CLOEXEC);
	if (connection->server < 0)
		return -errno;
	err = send_byte(connection->client, connection->server);
	return err ? err : send_byte(connection->server, connection->client);
}

/* Closes by a reset, which leaves no time-wait socket. */
static void close_all(const struct connection *connection)
{
	const struct linger reset = {.l_onoff = 1};
	const int fds[] = {connection->client, connection->server, connection->listener};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] < 0)
			continue;
		setsockopt(fds[i], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fds[i]);
	}
}

/*
 * Packets of one direction that the hooks have counted, except those that the port filter
 * rejected.
 */
static __u64 sum_seen(const struct siftr_counters *counters, int direction)
{
	__u64 sum = 0;

	for (int outcome = SIFTR_FILTERED + 1; outcome <= SIFTR_RECORDS; outcome++)
		sum += counters->of[direction][outcome];
	return sum;
}

/*
 * Without rings every selected packet counts as SIFTR_LOST_RING. Inbound, those are the segments of
 * tcp_rcv_established(); the handshake's packets pass tcp_rcv_state_process() and are counted under
 * other outcomes.
 */
void selftest__judge(const struct siftr_counters *before, const struct siftr_counters *after,
		     struct selftest *test)
{
	__u64 established =
		after->of[SIFTR_IN][SIFTR_LOST_RING] - before->of[SIFTR_IN][SIFTR_LOST_RING];
	__u64 in = sum_seen(after, SIFTR_IN) - sum_seen(before, SIFTR_IN);
	__u64 out = sum_seen(after, SIFTR_OUT) - sum_seen(before, SIFTR_OUT);

	test->hook = NULL;
	if (!out)
		test->hook = test->sending;
	else if (!established)
		test->hook = "tcp_rcv_established";
	else if (in == established)
		test->hook = "tcp_rcv_state_process";
	test->outcome = test->hook ? SELFTEST_UNSEEN : SELFTEST_SEEN;
}

static void talk_and_judge(const struct shared *shared, struct selftest *test)
{
	struct connection connection = {-1, -1, -1, 0};
	struct siftr_counters before, after;
	struct sockaddr_in address;

	test->err = listen_on_loopback(&connection, &address);
	shared__read_counters(shared, &before);
	shared->live->ports = SIFTR_PORTS(connection.port);
	shared__turn(shared, true);
	if (!test->err)
		test->err = talk(&connection, &address);
	shared__read_counters(shared, &after);
	shared__turn(shared, false);
	shared->live->ports = SIFTR_PORTS(0);
	close_all(&connection);
	if (test->err)
		test->outcome = SELFTEST_NOT_MADE;
	else
		selftest__judge(&before, &after, test);
}

static const char *sending_function(const struct programs *programs)
{
	bool queued = programs__left_out(programs) & HOOK_BIT(HOOK_TRANSMIT_SKB);

	return hooks__all[queued ? HOOK_QUEUE_XMIT_V4 : HOOK_TRANSMIT_SKB].function;
}

const char *selftest__find_twice(const __s64 before[SIFTR_SECOND_HOOKS],
				 const __s64 after[SIFTR_SECOND_HOOKS])
{
	for (int hook = 0; hook < SIFTR_SECOND_HOOKS; hook++)
		if (after[hook] > before[hook])
			return hooks__all[hook].function;
	return NULL;
}

/*
 * Repeats the test until it finds no packets logged twice, at most ROUNDS times. Once may be a
 * mistake: a packet that a hook's first program left just before the surplus is read, and that one
 * behind it logs just after, looks as if it were logged twice.
 */
static void run_until_sure(const struct programs *programs, const struct shared *shared,
			   struct selftest *test)
{
	__s64 before[SIFTR_SECOND_HOOKS], after[SIFTR_SECOND_HOOKS];

	for (int round = 0; round < ROUNDS; round++) {
		programs__read_surplus(programs, before);
		talk_and_judge(shared, test);
		programs__read_surplus(programs, after);
		test->twice = selftest__find_twice(before, after);
		if (!test->twice)
			return;
	}
}

int selftest__run(const struct programs *programs, int nr_cpus, struct selftest *test)
{
	struct shared shared = {};
	int err = shared__open(programs, nr_cpus, &shared);

	*test = (struct selftest){.sending = sending_function(programs)};
	if (!err)
		run_until_sure(programs, &shared, test);
	shared__close(&shared);
	return err;
}
