// SPDX-License-Identifier: BSD-2-Clause
/*
 * Makes TCP traffic on the loopback device in one process that holds both ends, so that every run
 * is the same, and measures how long that took and for how long the CPU was busy meanwhile.
 *
 *   traffic pairs|bulk|closing 4|6 COUNT SETTLE_MS
 *   traffic refused|idle 4|6 COUNT SETTLE_MS
 *   traffic lone FILE COUNT
 *
 * pairs sends messages to and fro, bulk sends 64 KiB COUNT times in one direction, and closing
 * sends messages to an end that has shut down its own direction. refused connects where nobody
 * listens, idle only waits SETTLE_MS, and lone measures the time until a packet is in the log FILE.
 *
 * Says "ready" once connected, waits for a line, runs, prints a line of JSON
 * and waits for the end of its input before it closes anything. The time in
 * which the CPU was not idle is the kernel's own account, to the nanosecond.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE_BYTES 100
#define CHUNK_BYTES   65536
#define LONE_PAUSE_NS 3000000000ULL
#define POLL_NS	      20000ULL

typedef unsigned long long u64;

static char buffer[CHUNK_BYTES];

static int must(int result, const char *what)
{
	if (result >= 0)
		return result;
	perror(what);
	exit(1);
}

static u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void sleep_ns(u64 ns)
{
	struct timespec time = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

/* Sums a number over the lines of a file that have it. Returns how many have. */
static int sum_lines(const char *path, const char *pattern, u64 *sum)
{
	FILE *file = fopen(path, "r");
	char line[1024];
	int lines = 0;
	u64 value;

	*sum = 0;
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, pattern, &value) == 1) {
			*sum += value;
			lines++;
		}
	if (file)
		fclose(file);
	return lines;
}

/*
 * Time in which the CPU was not idle, plus a constant. Newer kernels (7.2) do not report idle time,
 * only for how long tasks ran until the last one stopped: hence the short sleep. This leaves out
 * interrupts of an idle CPU.
 */
static u64 busy_ns(void)
{
	u64 sum;

	if (sum_lines("/proc/timer_list", " .idle_sleeptime : %llu", &sum))
		return now_ns() - sum;
	sleep_ns(1000000);
	if (!sum_lines("/proc/schedstat", "cpu%*u %*u %*u %*u %*u %*u %*u %llu", &sum))
		must(-1, "idle time in /proc/timer_list or /proc/schedstat");
	return sum;
}

struct address {
	struct sockaddr_storage storage;
	socklen_t bytes;
};

static struct address loopback(int version)
{
	struct address address = {.bytes = sizeof(struct sockaddr_in6)};
	struct sockaddr_in6 *in6 = (void *)&address.storage;
	struct sockaddr_in *in = (void *)&address.storage;

	if (version == 6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_addr = in6addr_loopback;
	} else {
		address.bytes = sizeof(*in);
		in->sin_family = AF_INET;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	}
	return address;
}

/*
 * Both ends of a connection. With `listens` 0 there is none: `address` is one on which nobody
 * listens.
 */
struct ends {
	struct address address;
	int client;
	int server;
};

static struct ends connect_ends(int version, int listens)
{
	struct ends ends = {loopback(version), -1, -1};
	struct sockaddr *address = (struct sockaddr *)&ends.address.storage;
	int listener = must(socket(address->sa_family, SOCK_STREAM, 0), "socket");

	must(bind(listener, address, ends.address.bytes), "bind");
	must(listen(listener, 1), "listen");
	must(getsockname(listener, address, &ends.address.bytes), "getsockname");
	if (listens) {
		ends.client = must(socket(address->sa_family, SOCK_STREAM, 0), "socket");
		must(connect(ends.client, address, ends.address.bytes), "connect");
		ends.server = must(accept(listener, NULL, NULL), "accept");
	}
	close(listener);
	return ends;
}

static void pass_message(int from, int to)
{
	must(send(from, buffer, MESSAGE_BYTES, 0), "send");
	must(recv(to, buffer, MESSAGE_BYTES, MSG_WAITALL), "recv");
}

/* Sends `count` times 64 KiB from the client and reads them at the server. */
static void send_bulk(const struct ends *ends, int count)
{
	long left = (long)count * CHUNK_BYTES, unread = left;

	while (unread) {
		ssize_t n = left ? send(ends->client, buffer,
					left < CHUNK_BYTES ? left : CHUNK_BYTES, MSG_DONTWAIT)
				 : -1;

		if (n > 0)
			left -= n;
		n = recv(ends->server, buffer, CHUNK_BYTES, MSG_DONTWAIT);
		if (n > 0)
			unread -= n;
	}
}

static void be_refused(const struct ends *ends, int count)
{
	const struct sockaddr *address = (const struct sockaddr *)&ends->address.storage;

	for (int i = 0; i < count; i++) {
		int client = must(socket(address->sa_family, SOCK_STREAM, 0), "socket");

		if (!connect(client, address, ends->address.bytes))
			must(-1, "connecting where nobody listens");
		close(client);
	}
}

static void run(const char *mode, const struct ends *ends, int count)
{
	if (!strcmp(mode, "bulk"))
		send_bulk(ends, count);
	else if (!strcmp(mode, "refused"))
		be_refused(ends, count);
	for (int i = 0; i < count && !strcmp(mode, "pairs"); i++) {
		pass_message(ends->client, ends->server);
		pass_message(ends->server, ends->client);
	}
	for (int i = 0; i < count && !strcmp(mode, "closing"); i++)
		pass_message(ends->server, ends->client);
}

static void wait_for_line(void)
{
	puts("ready");
	fflush(stdout);
	if (!fgets(buffer, sizeof(buffer), stdin))
		exit(0);
}

static int perform(const char *mode, int version, int count, int settle_ms)
{
	int is_connected = strcmp(mode, "refused") && strcmp(mode, "idle");
	struct ends ends = connect_ends(version, is_connected);
	u64 begin_ns, begin_busy_ns, ran_ns;

	if (!strcmp(mode, "closing"))
		shutdown(ends.client, SHUT_WR);
	wait_for_line();
	begin_busy_ns = busy_ns();
	begin_ns = now_ns();
	run(mode, &ends, count);
	ran_ns = now_ns() - begin_ns;
	sleep_ns(settle_ms * 1000000ULL);
	printf("{\"ran_ns\": %llu, \"busy_ns\": %llu}\n", ran_ns, busy_ns() - begin_busy_ns);
	return 0;
}

static long size_of(const char *path)
{
	struct stat status;

	must(stat(path, &status), path);
	return status.st_size;
}

/*
 * Sends `count` messages, each after a pause, and prints for each the time from its sending until
 * the log at `path` has grown.
 */
static int send_lone_messages(const char *path, int count)
{
	struct ends ends = connect_ends(4, 1);

	wait_for_line();
	printf("{\"delays_ns\": [");
	for (int i = 0; i < count; i++) {
		u64 begin_ns;
		long size;

		sleep_ns(LONE_PAUSE_NS);
		size = size_of(path);
		begin_ns = now_ns();
		pass_message(ends.client, ends.server);
		while (size_of(path) == size)
			sleep_ns(POLL_NS);
		printf("%s%llu", i ? ", " : "", now_ns() - begin_ns);
	}
	printf("]}\n");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "lone"))
		send_lone_messages(argv[2], atoi(argv[3]));
	else if (argc == 5)
		perform(argv[1], atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
	else
		return 2;
	fflush(stdout);
	while (read(STDIN_FILENO, buffer, sizeof(buffer)) > 0)
		;
	return 0;
}
