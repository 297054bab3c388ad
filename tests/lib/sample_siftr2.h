/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a good log of siftr2 2.5 in pieces: two lines of the flow 947fbda1 and one of
 * 0000002a, 5, 12 and 19 ms after the header's time.
 */
#ifndef SIFTR_TESTS_SAMPLE_SIFTR2_H
#define SIFTR_TESTS_SAMPLE_SIFTR2_H

#define SIFTR2_HEADER_OF(format)                                                               \
	"enable_time_secs=1764193655\tenable_time_usecs=000123\tsiftrver=2.5\trec_fmt=" format \
	"\tsysver=FreeBSD 15.0-CURRENT main-n270000\n"
#define SIFTR2_HEADER SIFTR2_HEADER_OF("txt")
#define SIFTR2_LINE_1 \
	"947fbda1,i,5,3890,3fffc000,4e20,0,10000,10400,1e2,2,38270,8218,d0,10430,0,b50,0\n"
#define SIFTR2_LINE_2 \
	"0000002a,o,c,3e38,3fffc000,4e21,5a8,10000,10400,1e2,2,38270,8218,d0,10430,0,b50,0\n"
#define SIFTR2_LINE_3 \
	"947fbda1,o,13,43e0,b50,4e22,11170,ffffffff,0,3e4,22,f4240,8218,d0,10430,1,0,7\n"
#define SIFTR2_FOOTER_OF(flows, longest)                                                  \
	"disable_time_secs=1764193664\tdisable_time_usecs=654321\tglobal_flow_cnt=" flows \
	"\tring_drops=0\t" longest "\tgen_flowid_cnt=0\tflow_list="
#define SIFTR2_FLOW_1 "0000002a,6,fd00::2,40000,fd00::3,443,freebsd,newreno,1440,0,7,9,1,4;"
#define SIFTR2_FLOW_2 "947fbda1,4,10.1.1.2,32291,10.1.1.3,5001,rack,cubic,1448,1,6,14,2,2;"
#define SIFTR2_FOOTER SIFTR2_FOOTER_OF("2", "max_str_size=82") SIFTR2_FLOW_1 SIFTR2_FLOW_2 "\n"
#define SIFTR2_LOG    SIFTR2_HEADER SIFTR2_LINE_1 SIFTR2_LINE_2 SIFTR2_LINE_3 SIFTR2_FOOTER

#endif
