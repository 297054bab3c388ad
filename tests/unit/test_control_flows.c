// SPDX-License-Identifier: BSD-2-Clause
/* The list of flows that a client gets: complete, in bounded pieces, as a table and as JSON. */
#include <arpa/inet.h>
#include <jansson.h>
#include <sys/socket.h>
#include <unistd.h>

#include <siftr/time_units.h>

#include "../lib/test.h"

#include "capture/clock.h"
#include "commands/control_flows.h"
#include "convert/flow_list.h"

#define MANY 100000U

static struct run run;
static struct run_control control = {.run = &run};
static struct client client;
static char *text;
static size_t text_bytes;

static int begin(void **state)
{
	(void)state;
	run.session.flows = flows__new();
	assert_non_null(run.session.flows);
	clock__follow(&run.session.wall.clock, clock__sample());
	return 0;
}

static int end(void **state)
{
	(void)state;
	flows__free(run.session.flows);
	free(text);
	text = NULL;
	return 0;
}

static void add_flow(__u32 number, __u8 family)
{
	struct siftr_flow_key key = {.family = family, .lport = 80, .fport = 1024, .isn = number};

	key.laddr[0] = htonl(0x0a000001);
	key.faddr[0] = htonl(0x0a000000 + number);
	assert_int_not_equal(flows__id(run.session.flows, &key), 0);
}

/* Takes the answer as a client does, and returns in how many pieces it came. */
static unsigned int listen_to(bool json)
{
	unsigned int pieces = 0;

	free(text);
	text = calloc(1, 1);
	text_bytes = 0;
	memset(&client, 0, offsetof(struct client, in));
	control_flows__answer(&control, &client, json);
	for (;;) {
		char *grown = realloc(text, text_bytes + client.out_end + 1);

		assert_non_null(grown);
		text = grown;
		memcpy(text + text_bytes, client.out, client.out_end);
		text_bytes += client.out_end;
		text[text_bytes] = '\0';
		assert_true(client.out_end <= CLIENT_PIECE_MAX);
		assert_false(client.overflowed);
		client.out_end = 0;
		if (!client.more)
			return pieces;
		client.more(&client, &control);
		pieces++;
	}
}

static unsigned int nr_lines(void)
{
	unsigned int count = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

/* The array that comes before the last line. */
static json_t *parsed(void)
{
	char *last = strstr(text, "ok\n");
	json_t *list;

	assert_non_null(last);
	*last = '\0';
	list = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(list);
	return list;
}

static void every_flow_is_listed_once_in_bounded_pieces(void **state)
{
	json_t *list;

	(void)state;
	for (__u32 i = 0; i < MANY; i++)
		add_flow(i, 4);
	assert_true(listen_to(false) > MANY / 1000);
	assert_int_equal(nr_lines(), MANY + 2);
	assert_true(listen_to(true) > MANY / 1000);
	list = parsed();
	assert_int_equal(json_array_size(list), MANY);
	json_decref(list);
}

static void no_flow_is_an_empty_list(void **state)
{
	json_t *list;

	(void)state;
	listen_to(false);
	assert_int_equal(nr_lines(), 2);
	listen_to(true);
	list = parsed();
	assert_int_equal(json_array_size(list), 0);
	json_decref(list);
}

/* Announces a flow of IPv6 as number 1; then two of its packets, out and in. */
static void log_two(__u64 now_ns)
{
	struct siftr_record records[] = {
		{.time_ns = now_ns, .flow = 1, .kind = SIFTR_KIND_FLOW},
		{.time_ns = now_ns, .flow = 1, .direction = SIFTR_OUT},
		{.time_ns = now_ns, .flow = 1, .direction = SIFTR_OUT},
		{.time_ns = now_ns, .flow = 1, .direction = SIFTR_IN},
	};
	const struct siftr_record *const all[] = {&records[0], &records[1], &records[2],
						  &records[3]};
	const struct flow *found[4];

	records[0].key = (struct siftr_flow_key){
		.family = 6, .lport = 443, .fport = 50000, .netns = 7, .isn = 1};
	inet_pton(AF_INET6, "fd00::1", records[0].key.laddr);
	inet_pton(AF_INET6, "fd00::2", records[0].key.faddr);
	flows__announce(run.session.flows, all, 4);
	flows__find(run.session.flows, all, 4, found);
}

static void a_flow_has_its_addresses_lines_and_last_packet(void **state)
{
	__u64 now_ns = clock__monotonic_ns();
	struct siftr_time now = wall_clock__time(&run.session.wall, now_ns);
	json_t *list, *flow;

	(void)state;
	log_two(now_ns);
	listen_to(true);
	list = parsed();
	flow = json_array_get(list, 0);
	assert_string_equal(json_string_value(json_object_get(flow, "laddr")), "fd00::1");
	assert_string_equal(json_string_value(json_object_get(flow, "faddr")), "fd00::2");
	assert_int_equal(json_integer_value(json_object_get(flow, "lport")), 443);
	assert_int_equal(json_integer_value(json_object_get(flow, "fport")), 50000);
	assert_int_equal(json_integer_value(json_object_get(flow, "netns")), 7);
	assert_int_equal(json_integer_value(json_object_get(flow, "lines_in")), 1);
	assert_int_equal(json_integer_value(json_object_get(flow, "lines_out")), 2);
	assert_true(json_number_value(json_object_get(flow, "last_seen")) <=
		    (double)now.seconds + now.microseconds / 1e6);
	assert_true(json_number_value(json_object_get(flow, "last_seen")) >
		    (double)now.seconds + now.microseconds / 1e6 - 0.2);
	json_decref(list);
	listen_to(false);
	assert_non_null(strstr(text, " fd00::1           443 fd00::2         50000"
				     "          1          2 "));
}

/* Without a packet, as when its record was lost, there is no time. */
static void a_flow_without_a_packet_has_no_time(void **state)
{
	json_t *list;

	(void)state;
	add_flow(1, 4);
	listen_to(true);
	list = parsed();
	assert_true(json_is_null(json_object_get(json_array_get(list, 0), "last_seen")));
	json_decref(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_flow_is_listed_once_in_bounded_pieces, begin,
						end),
		cmocka_unit_test_setup_teardown(no_flow_is_an_empty_list, begin, end),
		cmocka_unit_test_setup_teardown(a_flow_has_its_addresses_lines_and_last_packet,
						begin, end),
		cmocka_unit_test_setup_teardown(a_flow_without_a_packet_has_no_time, begin, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("control_flows", tests, NULL, NULL);
}
