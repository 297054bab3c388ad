/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a good log in pieces, from which tests compose logs and edit single values. It holds
 * three lines of two flows, and the footer counts 2 inbound and 1 outbound packet as skipped.
 */
#ifndef SIFTR_TESTS_SAMPLE_LOG_H
#define SIFTR_TESTS_SAMPLE_LOG_H

#define HEADER                                                                                   \
	"enable_time_secs=1700000000\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=Linux\t" \
	"sysver=6001000\tipmode=6\n"
/* A header as FreeBSD's SIFTR writes it. */
#define FREEBSD_HEADER                                                                             \
	"enable_time_secs=1700000000\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=FreeBSD\t" \
	"sysver=1401000\tipmode=6\n"
#define LINE_1                                                                                   \
	"o,1700000000.001000,10.0.0.1,443,192.168.100.20,51234,1073725440,14480,34,65535,63740," \
	"7,9,4,1460,25000,1,996,204000,87040,4344,131072,100,2896,0,305419896,191\n"
#define LINE_2                                                                                   \
	"i,1700000001.000001,2001:db8::1,22,fe80::a00:27ff:fe4e:66a1,60000,4284,5712,0,28800,0," \
	"0,14,10,1428,0,0,4294967295,1000000,16384,1100,2304,13,1101,2,1,191\n"
#define LINE_3                                                                                   \
	"i,1700000001.500000,10.0.0.1,443,192.168.100.20,51234,1073725440,14480,34,65535,63740," \
	"7,9,4,1460,25000,1,996,204000,87040,4344,131072,100,2896,0,305419896,191\n"
#define FOOTER_START                                                                        \
	"disable_time_secs=1700000002\tdisable_time_usecs=000000\tnum_inbound_tcp_pkts=4\t" \
	"num_outbound_tcp_pkts=2\ttotal_tcp_pkts=6\tnum_inbound_skipped_pkts_malloc=0\t"    \
	"num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=2\t"            \
	"num_outbound_skipped_pkts_tcpcb=1\tnum_inbound_skipped_pkts_inpcb=0\t"             \
	"num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=3\tflow_list="
#define TUPLE_1 "10.0.0.1;443-192.168.100.20;51234,"
#define TUPLE_2 "2001:db8::1;22-fe80::a00:27ff:fe4e:66a1;60000,"
#define FOOTER	FOOTER_START TUPLE_1 TUPLE_2 "\n"
#define LOG	HEADER LINE_1 LINE_2 LINE_3 FOOTER

#endif
