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
#include <linux/tcp.h>
#include <netinet/in.h>

#include <siftr/array_size.h>

#include "capture/hooks.h"
#include "capture/shared.h"

#define LIMIT_MS \
	1000 /* limit for each step of the connection, because a firewall may drop its packets */
#define ROUNDS 3 /* tests that must all find packets counted twice to be sure */

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
 * Packets of one direction that the hooks have counted, except those that filters refused.
 */
static __u64 sum_seen(const struct siftr_counters *counters, int direction)
{
	__u64 sum = 0;

	for (int outcome = SIFTR_FIRST_SEEN; outcome <= SIFTR_RECORDS; outcome++)
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

/*
 * Any surplus counts. Programs in the wrong order log every other packet of a socket twice if there
 * are two of them, and every packet if there are more; if two sockets share a mark (see
 * bpf/second.bpf.h), those of one socket only. Nothing is expected of programs that the kernel does
 * not call: those behind them log what they miss, which is no surplus.
 */
bool selftest__is_twice(const struct siftr_counters *before, const struct siftr_counters *after,
			__u64 sent)
{
	return sent && sum_seen(after, SIFTR_OUT) - sum_seen(before, SIFTR_OUT) > sent;
}

/*
 * Segments that the kernel has sent from the socket, SYN-ACKs aside, which do not pass the hook of
 * sent packets either; 0 if that is not known. The kernel locks the socket for the answer, so that
 * a segment whose hook has run is included.
 */
static __u64 segments_sent(int fd)
{
	struct tcp_info info = {};
	socklen_t bytes = sizeof(info);

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) ? 0 : info.tcpi_segs_out;
}

/* `after` was read before this is called: a segment sent meanwhile only makes a surplus smaller. */
static void judge_connection(const struct connection *connection,
			     const struct siftr_counters *before,
			     const struct siftr_counters *after, struct selftest *test)
{
	__u64 by_client = segments_sent(connection->client),
	      by_server = segments_sent(connection->server);
	bool known = by_client && by_server;

	selftest__judge(before, after, test);
	if (selftest__is_twice(before, after, known ? by_client + by_server : 0))
		test->twice = test->sending;
}

static void talk_and_judge(const struct shared *shared, struct selftest *test)
{
	struct connection connection = {-1, -1, -1, 0};
	struct siftr_counters before, after;
	struct sockaddr_in address;

	test->err = listen_on_loopback(&connection, &address);
	shared__read_counters(shared, &before);
	shared->live->test_ports = SIFTR_PORT_PAIR(connection.port);
	shared__turn(shared, SIFTR_SELFTEST);
	if (!test->err)
		test->err = talk(&connection, &address);
	shared__read_counters(shared, &after);
	shared__turn(shared, SIFTR_OFF);
	test->twice = NULL;
	if (test->err)
		test->outcome = SELFTEST_NOT_MADE;
	else
		judge_connection(&connection, &before, &after, test);
	close_all(&connection);
}

static const char *sending_function(const struct programs *programs)
{
	bool queued = programs__left_out(programs) & HOOK_BIT(HOOK_TRANSMIT_SKB);

	return hooks__all[queued ? HOOK_QUEUE_XMIT_V4 : HOOK_TRANSMIT_SKB].function;
}

/*
 * Repeats the test until it finds no packets counted twice, at most ROUNDS times. Once may be a
 * mistake: another connection of this host may have the same port, but not the next one as well.
 */
static void run_until_sure(const struct shared *shared, struct selftest *test)
{
	int round = 0;

	do {
		talk_and_judge(shared, test);
	} while (test->twice && ++round < ROUNDS);
}

int selftest__run(const struct programs *programs, int nr_cpus, struct selftest *test)
{
	struct shared shared = {};
	int err = shared__open(programs, nr_cpus, 0, &shared);

	*test = (struct selftest){.sending = sending_function(programs)};
	if (!err)
		run_until_sure(&shared, test);
	shared__close(&shared);
	return err;
}
