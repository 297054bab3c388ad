// SPDX-License-Identifier: BSD-2-Clause
/*
 * The marks by which the programs of a hook know whether one before them has dealt with a packet:
 * bpf/second.bpf.h, compiled for this machine. Here any program may be skipped for any packet; each
 * packet must be dealt with once, unless all programs were skipped.
 */
#include <stdbool.h>

#include "../lib/test.h"

#include <siftr/mapped_ring.h>
#include <siftr/record.h>
#include <siftr/settings.h>

#include "../lib/random_numbers.h"

/* What the header has from compat.bpf.h. A socket has as much room as a mark is for. */
#define SIFTR_COMPAT_BPF_H
#define SIFTR_MAPPED_RING
#define SEC(name)
#define READ(pointer, member) ((pointer)->member)
#define TYPED(pointer, type)  ((type *)(pointer))
#define __noinline	      __attribute__((noinline)) /* NOLINT(bugprone-reserved-identifier) */

struct sock {
	__u64 tcp_mstamp;
	__u32 segs_out;
} __attribute__((aligned(2048)));

#define tcp_sock sock

struct sk_buff {
	char data[256];
};

static struct siftr_memory memory;
static volatile struct siftr_config load_config;
static volatile struct siftr_live live;

static struct sock *sock(struct sock *sk)
{
	return sk;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunknown-pragmas" /* "unroll" is clang's */
#include "../../bpf/second.bpf.h"
#pragma GCC diagnostic pop

#define SOCKETS	 100
#define RECEIVED 0 /* numbers of hooks */
#define SENT	 SIFTR_FIRST_SENDING_HOOK

static struct sock sockets[SOCKETS];
static struct sk_buff skbs[2];

static int set_up(void **state)
{
	(void)state;
	memset(&memory, 0, sizeof(memory));
	memset(sockets, 0, sizeof(sockets));
	second = (struct siftr_second){};
	load_config = (struct siftr_config){.seconds = 1};
	return 0;
}

/*
 * A packet of the socket passes the hook's programs, less those whose bits are in `skipped`.
 * Returns how many have dealt with it.
 */
static int pass(struct sock *sk, struct sk_buff *skb, __u32 hook, unsigned int skipped)
{
	__u64 packet = (__u64)skb->data;
	int dealt = !(skipped & 1) && mark_first(sk, packet, hook);

	for (__u32 behind = 1; behind <= load_config.seconds; behind++)
		if (!(skipped & 1U << behind))
			dealt += find_missed(sk, packet, hook, behind);
	return dealt;
}

static int send(struct sock *sk, unsigned int skipped)
{
	int dealt = pass(sk, &skbs[0], SENT, skipped);

	sk->segs_out++;
	return dealt;
}

static int receive(struct sock *sk, unsigned int skipped)
{
	int dealt = pass(sk, &skbs[0], RECEIVED, skipped);

	sk->tcp_mstamp++;
	return dealt;
}

/*
 * An interrupt in the last program, then, when the same sockets send again, one in the first: both
 * send for all of them.
 */
static void a_mark_left_over_is_not_taken_for_that_of_the_next_packet(void **state)
{
	(void)state;
	for (int i = 0; i < SOCKETS; i++) {
		assert_int_equal(send(&sockets[i], 2), 1);
		assert_int_equal(receive(&sockets[i], 2), 1);
	}
	for (int i = 0; i < SOCKETS; i++) {
		assert_int_equal(send(&sockets[i], 1), 1);
		assert_int_equal(receive(&sockets[i], 1), 1);
	}
	assert_int_equal(second.rescued[SENT], SOCKETS);
	assert_int_equal(second.rescued[RECEIVED], SOCKETS);
}

/* Both had memory of their own. */
static void packets_received_in_one_microsecond_are_told_apart(void **state)
{
	(void)state;
	load_config.seconds = 2;
	assert_int_equal(pass(&sockets[0], &skbs[0], RECEIVED, 2), 1);
	assert_int_equal(pass(&sockets[0], &skbs[1], RECEIVED, 1), 1);
}

static void each_packet_is_dealt_with_once_whatever_is_skipped(void **state)
{
	(void)state;
	random_seed(1);
	for (__u32 seconds = 1; seconds <= SIFTR_SECONDS_MAX; seconds++) {
		unsigned int all = (2U << seconds) - 1;

		load_config.seconds = seconds;
		for (int i = 0; i < random_rounds(100000); i++) {
			struct sock *sk = &sockets[random_u64() % SOCKETS];
			unsigned int skipped = random_u64() % (all + 1);
			int dealt = random_u64() % 2 ? send(sk, skipped) : receive(sk, skipped);

			assert_int_equal(dealt, skipped != all);
		}
	}
}

/*
 * One in front marks, and the other deals with what that did not. Without a number of the socket's
 * the packets are told apart by their addresses.
 */
static void a_mark_left_over_hides_no_packet_from_a_program_behind_a_front(void **state)
{
	struct sock *sk = &sockets[0];

	(void)state;
	load_config = (struct siftr_config){.fronts = 1};
	assert_true(mark_first(sk, (__u64)&skbs[0], SENT));
	assert_true(find_left_by_front(sk, (__u64)&skbs[1], SENT));
	assert_true(mark_first(sk, (__u64)&skbs[0], SENT));
	assert_false(find_left_by_front(sk, (__u64)&skbs[0], SENT));
	assert_int_equal(*mark_of(number_of((__u64)sk), SENT), 0);
}

/* A socket that is destroyed leaves no mark, in whose way one at the same place would be. */
static void marks_go_with_their_socket(void **state)
{
	(void)state;
	assert_int_equal(send(&sockets[0], 2), 1);
	remove_marks(&sockets[0]);
	assert_int_equal(*mark_of(number_of((__u64)sockets), SENT), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_mark_left_over_is_not_taken_for_that_of_the_next_packet,
				       set_up),
		cmocka_unit_test_setup(packets_received_in_one_microsecond_are_told_apart, set_up),
		cmocka_unit_test_setup(each_packet_is_dealt_with_once_whatever_is_skipped, set_up),
		cmocka_unit_test_setup(
			a_mark_left_over_hides_no_packet_from_a_program_behind_a_front, set_up),
		cmocka_unit_test_setup(marks_go_with_their_socket, set_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("packet_marks", tests, NULL, NULL);
}
