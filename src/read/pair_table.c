// SPDX-License-Identifier: BSD-2-Clause
#include "read/pair_table.h"

#include <siftr/array_size.h>

static const struct pair header_pairs[] = {
	{"enable_time_secs", PAIR_SECONDS, HEADER_SECONDS},
	{"enable_time_usecs", PAIR_MICROSECONDS, HEADER_MICROSECONDS},
	{"siftrver", PAIR_VERSION, HEADER_VERSION},
	{"sysname", PAIR_NAME, HEADER_NAME},
	{"sysver", PAIR_NUMBER, HEADER_NUMBER},
	{"ipmode", PAIR_IPMODE, HEADER_IPMODE},
};

static const struct pair header_pairs_1_2[] = {
	{"enable_time_secs", PAIR_SECONDS, HEADER_SECONDS},
	{"enable_time_usecs", PAIR_MICROSECONDS, HEADER_MICROSECONDS},
	{"siftrver", PAIR_VERSION_1_2, HEADER_VERSION},
	{"hz", PAIR_POSITIVE, HEADER_HZ},
	{"tcp_rtt_scale", PAIR_POSITIVE, HEADER_RTT_SCALE},
	{"sysname", PAIR_NAME, HEADER_NAME},
	{"sysver", PAIR_NUMBER, HEADER_NUMBER},
	{"ipmode", PAIR_IPMODE, HEADER_IPMODE},
};

static const struct pair footer_pairs[] = {
	{"disable_time_secs", PAIR_SECONDS, FOOTER_SECONDS},
	{"disable_time_usecs", PAIR_MICROSECONDS, FOOTER_MICROSECONDS},
	{"num_inbound_tcp_pkts", PAIR_COUNT, FOOTER_IN_PACKETS},
	{"num_outbound_tcp_pkts", PAIR_COUNT, FOOTER_OUT_PACKETS},
	{"total_tcp_pkts", PAIR_COUNT, FOOTER_PACKETS},
	{"num_inbound_skipped_pkts_malloc", PAIR_COUNT, FOOTER_IN_SKIPPED_MALLOC},
	{"num_outbound_skipped_pkts_malloc", PAIR_COUNT, FOOTER_OUT_SKIPPED_MALLOC},
	{"num_inbound_skipped_pkts_tcpcb", PAIR_COUNT, FOOTER_IN_SKIPPED_TCPCB},
	{"num_outbound_skipped_pkts_tcpcb", PAIR_COUNT, FOOTER_OUT_SKIPPED_TCPCB},
	{"num_inbound_skipped_pkts_inpcb", PAIR_COUNT, FOOTER_IN_SKIPPED_INPCB},
	{"num_outbound_skipped_pkts_inpcb", PAIR_COUNT, FOOTER_OUT_SKIPPED_INPCB},
	{"total_skipped_tcp_pkts", PAIR_COUNT, FOOTER_SKIPPED},
};

/* Packets skipped because a mutex was held (mtx) are added to those for want of memory. */
static const struct pair footer_pairs_1_2[] = {
	{"disable_time_secs", PAIR_SECONDS, FOOTER_SECONDS},
	{"disable_time_usecs", PAIR_MICROSECONDS, FOOTER_MICROSECONDS},
	{"num_inbound_tcp_pkts", PAIR_COUNT, FOOTER_IN_PACKETS},
	{"num_outbound_tcp_pkts", PAIR_COUNT, FOOTER_OUT_PACKETS},
	{"total_tcp_pkts", PAIR_COUNT, FOOTER_PACKETS},
	{"num_inbound_skipped_pkts_malloc", PAIR_COUNT, FOOTER_IN_SKIPPED_MALLOC},
	{"num_outbound_skipped_pkts_malloc", PAIR_COUNT, FOOTER_OUT_SKIPPED_MALLOC},
	{"num_inbound_skipped_pkts_mtx", PAIR_COUNT, FOOTER_IN_SKIPPED_MALLOC},
	{"num_outbound_skipped_pkts_mtx", PAIR_COUNT, FOOTER_OUT_SKIPPED_MALLOC},
	{"num_inbound_skipped_pkts_tcpcb", PAIR_COUNT, FOOTER_IN_SKIPPED_TCPCB},
	{"num_outbound_skipped_pkts_tcpcb", PAIR_COUNT, FOOTER_OUT_SKIPPED_TCPCB},
	{"num_inbound_skipped_pkts_inpcb", PAIR_COUNT, FOOTER_IN_SKIPPED_INPCB},
	{"num_outbound_skipped_pkts_inpcb", PAIR_COUNT, FOOTER_OUT_SKIPPED_INPCB},
	{"total_skipped_tcp_pkts", PAIR_COUNT, FOOTER_SKIPPED},
};

const struct pair_table pair_table__header[SIFTR_VERSIONS] = {
	[SIFTR_1_3] = {header_pairs, ARRAY_SIZE(header_pairs)},
	[SIFTR_1_2] = {header_pairs_1_2, ARRAY_SIZE(header_pairs_1_2)},
};

const struct pair_table pair_table__footer[SIFTR_VERSIONS] = {
	[SIFTR_1_3] = {footer_pairs, ARRAY_SIZE(footer_pairs)},
	[SIFTR_1_2] = {footer_pairs_1_2, ARRAY_SIZE(footer_pairs_1_2)},
};

_Static_assert(ARRAY_SIZE(footer_pairs_1_2) <= PAIR_TABLE_MAX, "the values of a line have room");
