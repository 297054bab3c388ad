// SPDX-License-Identifier: BSD-2-Clause
/* The processes that connections had before a run, as /proc shows them: of this test. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/test.h"

#include "capture/connection_owners.h"
#include "capture/socket_table.h"
#include "commands/record_rows.h"

#define TITLE                                                                                        \
	"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout" \
	" inode\n"

/* What a line of the table says of a socket, with this state and inode number. */
#define LINE(addresses, state, inode)                                   \
	"   4: " addresses " " state                                    \
	" 00000000:00000000 00:00000000 00000000  1000        0 " inode \
	" 1 0000000000000000 100 0 0 10 0\n"

#define COMM "opener"
#define IPV4 "0101A8C0:01BB 0A00000A:C8A2"

/* Words of addresses in the network's order, as numbers in the order of bytes of this host. */
static void make_line(char *line, size_t bytes, const char *local, const char *foreign)
{
	__u32 words[2][4];

	assert_int_equal(inet_pton(AF_INET6, local, words[0]), 1);
	assert_int_equal(inet_pton(AF_INET6, foreign, words[1]), 1);
	snprintf(line, bytes,
		 "   4: %08X%08X%08X%08X:01BB %08X%08X%08X%08X:C8A2 01 00000000:00000000"
		 " 00:00000000 00000000  1000        0 77 1 0000000000000000 100 0 0 10 0\n",
		 words[0][0], words[0][1], words[0][2], words[0][3], words[1][0], words[1][1],
		 words[1][2], words[1][3]);
}

static void check_addresses(const char *local, const char *foreign, int family, const char *shown)
{
	struct siftr_flow_key key;
	char line[512], text[INET6_ADDRSTRLEN];
	__u64 inode;

	make_line(line, sizeof(line), local, foreign);
	assert_true(socket_table__parse(line, &key, &inode));
	assert_int_equal(inode, 77);
	assert_int_equal(key.lport, 443);
	assert_int_equal(key.fport, 51362);
	assert_int_equal(key.family, family);
	inet_ntop(family == 4 ? AF_INET : AF_INET6, key.faddr, text, sizeof(text));
	assert_string_equal(text, shown);
}

static void a_line_has_the_addresses_of_a_connection(void **state)
{
	struct siftr_flow_key key, words = {};
	__u64 inode;

	(void)state;
	assert_true(socket_table__parse(LINE(IPV4, "01", "31337"), &key, &inode));
	assert_int_equal(inode, 31337);
	assert_int_equal(key.family, 4);
	assert_int_equal(key.lport, 443);
	memcpy(words.laddr, &(__u32){0x0101A8C0}, 4);
	assert_memory_equal(key.laddr, words.laddr, sizeof(key.laddr));
	check_addresses("2001:db8::1", "fe80::2:3", 6, "fe80::2:3");
	check_addresses("::ffff:10.1.2.3", "::ffff:192.168.0.9", 4, "192.168.0.9");
}

static void lines_of_no_connection_are_none(void **state)
{
	static const char *const lines[] = {
		TITLE,
		"",
		"\n",
		LINE(IPV4, "0A", "31337"),
		LINE(IPV4, "06", "0"),
		LINE("0101A8C:01BB 0A00000A:C8A2", "01", "31337"),
		LINE("0101A8C0:01BB 00000000000000000000000000000000:C8A2", "01", "31337"),
		"   4: 0101A8C0:01BB 0A00000A:C8A2 01 00000000:00000000 00:00000000",
	};
	struct siftr_flow_key key;
	__u64 inode;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (socket_table__parse(lines[i], &key, &inode))
			fail_msg("a connection: %s", lines[i]);
}

/* Makes a connection over the loopback interface: ends[0] has connected, ends[1] was accepted. */
static void make_connection(int family, int ends[2])
{
	struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
	socklen_t bytes = sizeof(address);
	int listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (family == AF_INET)
		((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)&address)->sin6_addr = in6addr_loopback;
	assert_int_equal(bind(listener, (struct sockaddr *)&address, bytes), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &bytes), 0);
	ends[0] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(ends[0], (struct sockaddr *)&address, bytes), 0);
	ends[1] = accept(listener, NULL, NULL);
	assert_true(ends[1] >= 0);
	close(listener);
}

static __u16 set_address(const struct sockaddr_storage *from, __u64 address[2])
{
	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)from;

		memcpy(address, &four->sin_addr, 4);
		return ntohs(four->sin_port);
	}
	memcpy(address, &((const struct sockaddr_in6 *)from)->sin6_addr, 16);
	return ntohs(((const struct sockaddr_in6 *)from)->sin6_port);
}

/* The key by which the programs announce the connection. */
static struct siftr_flow_key key_of(int socket, __u32 isn)
{
	struct siftr_flow_key key = {.isn = isn};
	struct sockaddr_storage address;
	socklen_t bytes = sizeof(address);
	struct stat namespace;

	assert_int_equal(stat("/proc/self/ns/net", &namespace), 0);
	key.netns = (__u32) namespace.st_ino;
	assert_int_equal(getsockname(socket, (struct sockaddr *)&address, &bytes), 0);
	key.lport = set_address(&address, key.laddr);
	bytes = sizeof(address);
	assert_int_equal(getpeername(socket, (struct sockaddr *)&address, &bytes), 0);
	key.fport = set_address(&address, key.faddr);
	key.family = address.ss_family == AF_INET ? 4 : 6;
	return key;
}

static void check_owned(struct connection_owners *owners, int socket)
{
	const struct siftr_flow_key key = key_of(socket, 1);
	const struct siftr_owner *owner = connection_owners__look_up(owners, &key);

	assert_non_null(owner);
	assert_int_equal(owner->pid, getpid());
	assert_string_equal((const char *)owner->comm, COMM);
}

static void both_ends_of_a_connection_have_their_process(void **state)
{
	struct connection_owners *owners;
	int four[2], six[2];

	(void)state;
	make_connection(AF_INET, four);
	make_connection(AF_INET6, six);
	owners = connection_owners__find();
	for (int i = 0; i < 2; i++) {
		check_owned(owners, four[i]);
		check_owned(owners, six[i]);
		close(four[i]);
		close(six[i]);
	}
	connection_owners__free(owners);
}

static void a_later_connection_with_the_same_addresses_has_none(void **state)
{
	struct connection_owners *owners;
	struct siftr_flow_key key, later, elsewhere;
	int ends[2];

	(void)state;
	make_connection(AF_INET, ends);
	owners = connection_owners__find();
	key = key_of(ends[0], 100);
	later = key_of(ends[0], 101);
	elsewhere = key_of(ends[0], 100);
	elsewhere.netns++;
	assert_null(connection_owners__look_up(owners, &elsewhere));
	assert_non_null(connection_owners__look_up(owners, &key));
	assert_null(connection_owners__look_up(owners, &later));
	assert_non_null(connection_owners__look_up(owners, &key));
	assert_null(connection_owners__look_up(NULL, &key));
	connection_owners__free(owners);
	close(ends[0]);
	close(ends[1]);
}

/* A record of a packet of the connection, of which the programs have not seen the process. */
static void check_row(const struct record_rows *rows, const struct siftr_flow_key *key, bool owned)
{
	struct flow flow = {.key = *key};
	_Alignas(struct siftr_record) char
		bytes[sizeof(struct siftr_record) + sizeof(struct siftr_identity_group)] = {};
	const struct siftr_record *record = (const void *)bytes;
	struct row_fields fields;
	struct row row;

	record_rows__make(rows, &(struct packet){.record = record, .flow = &flow}, &row, &fields);
	assert_int_equal(row_fields__has(&fields, SIFTR_FIELD_pid), owned);
	assert_int_equal(row_fields__has(&fields, SIFTR_FIELD_comm), owned);
	if (!owned)
		return;
	assert_int_equal(fields.values[SIFTR_FIELD_pid], getpid());
	assert_string_equal(row_fields__text(&fields, SIFTR_FIELD_comm), COMM);
}

static void a_row_has_the_process_that_had_its_connection_before(void **state)
{
	struct record_rows rows = {};
	struct siftr_flow_key key, other;
	int ends[2];

	(void)state;
	make_connection(AF_INET, ends);
	key = other = key_of(ends[0], 7);
	other.fport ^= 1;
	record_rows__prepare(&rows, SIFTR_GROUP_BIT(identity), 4000000);
	check_row(&rows, &other, false);
	check_row(&rows, &key, true);
	record_rows__free(&rows);
	check_row(&rows, &key, false);
	close(ends[0]);
	close(ends[1]);
}

/* A name of its own: under a checker of memory the process has the checker's. */
static int name_process(void **state)
{
	(void)state;
	return prctl(PR_SET_NAME, COMM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_the_addresses_of_a_connection),
		cmocka_unit_test(lines_of_no_connection_are_none),
		cmocka_unit_test(both_ends_of_a_connection_have_their_process),
		cmocka_unit_test(a_later_connection_with_the_same_addresses_has_none),
		cmocka_unit_test(a_row_has_the_process_that_had_its_connection_before),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("connection_owners", tests, name_process, NULL);
}
