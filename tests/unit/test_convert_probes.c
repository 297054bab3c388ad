// SPDX-License-Identifier: BSD-2-Clause
/*
 * `siftr-bpf convert` of the logs of ttprobe and tcp_probe, as the kernel modules and siftr-bpf
 * write them: into tables, into themselves byte for byte, and what is refused.
 */
#include <zlib.h>

#include <siftr/array_size.h>

#include "../lib/command_line.h"
#include "../lib/scratch.h"

/*
 * The windows are 10 * 1448 and 4 * 1428 bytes, the thresholds never set, as siftr-bpf writes it,
 * and 3 * 1428. The number of a packet between the two is missing.
 */
#define TTPROBE_IN                                                                             \
	"i,1700000000.001000,10.0.0.1,443,192.168.100.20,51234,0,1448,25000,14480,4294967295," \
	"65535,64240,1,5000,6448,1448\n"
#define TTPROBE_OUT                                                                               \
	"o,1700000001.999999,2001:0DB8:0000:0000:0000:0000:0000:0001,22,"                         \
	"FE80:0000:0000:0000:0A00:27FF:FE4E:66A1,60000,2,1428,0,5712,4284,28800,10,4,4294967196," \
	"1001,20\n"
/* A threshold that was never set as the module writes it: 2147483647 * 1448 modulo 2^32. */
#define TTPROBE_MODULE                                                                         \
	"o,1700000002.000000,10.0.0.1,443,192.168.100.20,51234,3,1448,25001,28960,4294965848," \
	"65535,64240,1,5000,6448,0\n"
/* Neither window is a multiple of 1448. */
#define TTPROBE_ODD                                                                          \
	"i,1700000003.000000,10.0.0.1,443,192.168.100.20,51234,4294967295,1448,25001,14481," \
	"2147482352,65535,64240,1,5000,6448,0\n"
#define TTPROBE TTPROBE_IN TTPROBE_OUT TTPROBE_MODULE TTPROBE_ODD

/* 0x1a2a710c is 438989068, 0x1a2a387c 438974588, 0xffffff9c 4294967196. */
#define TCP_PROBE_IPV4                                                                              \
	"2.221032535 10.0.0.2:39815 10.0.0.1:5001 32 0x1a2a710c 0x1a2a387c 11 2147483647 14592 85 " \
	"29200\n"
#define TCP_PROBE_IPV6 \
	"10.000000001 [2001:db8::1]:22 [::ffff:10.0.0.1]:60000 20 0x0 0xffffff9c 4 3 28800 0 10\n"
#define TCP_PROBE TCP_PROBE_IPV4 TCP_PROBE_IPV6

#define NAMES "time,direction,laddr,lport,faddr,fport,"
#define PROBE_NAMES \
	"snd_una,snd_nxt,cwnd_segs,current_ssthresh,offered_wnd,mss_cache,pipe,skb_len,skc_state"
#define IPV4 "10.0.0.1,443,192.168.100.20,51234,"
#define IPV6 "2001:db8::1,22,fe80::a00:27ff:fe4e:66a1,60000,"

static void assert_run(const char *line, int status, const char *expected)
{
	int got = run_command(line);

	if (got != status)
		fail_msg("exit status %d: %s", got, captured_stderr);
	assert_string_equal(captured_stdout, expected);
}

static void assert_refused(const char *line, int status, const char *message)
{
	assert_run(line, status, "");
	assert_string_equal(captured_stderr, message);
}

static void a_log_of_ttprobe_becomes_a_table(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE);
	assert_run("convert --to csv --fields snd_cwnd,snd_wnd,srtt,probe a.log", 0,
		   NAMES "snd_cwnd,snd_wnd,srtt," PROBE_NAMES "\n"
			 "1700000000.001000,i," IPV4 "14480,65535,25000,5000,6448,10,2147483647,"
			 "64240,1448,,1448,1\n"
			 "1700000001.999999,o," IPV6 "5712,28800,,4294967196,1001,4,3,10,1428,,20,"
			 "4\n"
			 "1700000002.000000,o," IPV4 "28960,65535,25001,5000,6448,20,2147483647,"
			 "64240,1448,,0,1\n"
			 "1700000003.000000,i," IPV4 "14481,65535,25001,5000,6448,,,64240,1448,,0,"
			 "1\n");
	assert_string_equal(captured_stderr, "");
	assert_run("convert --to jsonl --fields snd_cwnd,srtt,current_ssthresh a.log", 0,
		   "{\"time\":1700000000.001000,\"direction\":\"i\",\"laddr\":\"10.0.0.1\","
		   "\"lport\":443,\"faddr\":\"192.168.100.20\",\"fport\":51234,"
		   "\"snd_cwnd\":14480,\"srtt\":25000,\"current_ssthresh\":2147483647}\n"
		   "{\"time\":1700000001.999999,\"direction\":\"o\",\"laddr\":\"2001:db8::1\","
		   "\"lport\":22,\"faddr\":\"fe80::a00:27ff:fe4e:66a1\",\"fport\":60000,"
		   "\"snd_cwnd\":5712,\"srtt\":null,\"current_ssthresh\":3}\n"
		   "{\"time\":1700000002.000000,\"direction\":\"o\",\"laddr\":\"10.0.0.1\","
		   "\"lport\":443,\"faddr\":\"192.168.100.20\",\"fport\":51234,"
		   "\"snd_cwnd\":28960,\"srtt\":25001,\"current_ssthresh\":2147483647}\n"
		   "{\"time\":1700000003.000000,\"direction\":\"i\",\"laddr\":\"10.0.0.1\","
		   "\"lport\":443,\"faddr\":\"192.168.100.20\",\"fport\":51234,"
		   "\"snd_cwnd\":14481,\"srtt\":25001,\"current_ssthresh\":null}\n");
}

static void a_log_of_tcp_probe_becomes_a_table(void **state)
{
	(void)state;
	write_file("a.log", TCP_PROBE);
	assert_run("convert --to csv --fields snd_cwnd,snd_wnd,srtt,probe a.log", 0,
		   NAMES "snd_cwnd,snd_wnd,srtt," PROBE_NAMES "\n"
			 "2.221032,i,10.0.0.2,39815,10.0.0.1,5001,,14592,85,438974588,438989068,11,"
			 "2147483647,29200,,,32,\n"
			 "10.000000,i,2001:db8::1,22,::ffff:10.0.0.1,60000,,28800,,4294967196,0,4,"
			 "3,10,,,20,\n");
	assert_string_equal(captured_stderr, "");
}

/* Without --fields a table has, after SIFTR's columns, just the fields that the log has. */
static void a_table_has_the_fields_of_its_log(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE_IN);
	assert_int_equal(run_command("convert --to csv a.log"), 0);
	assert_non_null(strstr(captured_stdout,
			       ",flowid,flowtype,snd_una,snd_nxt,cwnd_segs,current_ssthresh,"
			       "offered_wnd,mss_cache,skb_len,skc_state\n"));
	assert_non_null(strstr(captured_stdout, "1700000000.001000,i," IPV4 ",14480,,65535,,,,,,"
						"25000,,,,,,,,,,,,5000,6448,"));
	write_file("a.log", TCP_PROBE);
	assert_int_equal(run_command("convert --to csv a.log"), 0);
	assert_non_null(strstr(captured_stdout,
			       ",flowid,flowtype,snd_una,snd_nxt,cwnd_segs,current_ssthresh,"
			       "offered_wnd,skb_len\n"));
}

static void a_log_comes_out_as_it_went_in(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE);
	assert_run("convert --to ttprobe a.log", 0, TTPROBE);
	write_file("a.log", TCP_PROBE);
	assert_run("convert --to tcp_probe a.log", 0, TCP_PROBE);
	assert_string_equal(captured_stderr, "");
}

static void the_way_by_a_table_keeps_what_a_table_has(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE_IN TTPROBE_OUT TTPROBE_MODULE);
	assert_run("convert --to csv -o a.csv a.log", 0, "");
	/* The numbers of the packets and the spelling of a threshold never set are siftr-bpf's. */
	assert_run("convert --to ttprobe a.csv", 0,
		   TTPROBE_IN
		   "o,1700000001.999999,2001:0DB8:0000:0000:0000:0000:0000:0001,22,"
		   "FE80:0000:0000:0000:0A00:27FF:FE4E:66A1,60000,1,1428,0,5712,4284,28800,10,4,"
		   "4294967196,1001,20\n"
		   "o,1700000002.000000," IPV4 "2,1448,25001,28960,4294967295,65535,64240,1,5000,"
		   "6448,0\n");
	/* tcp_probe's time counts from the first row then, in microseconds. */
	write_file("b.log", TCP_PROBE);
	assert_run("convert --to jsonl -o b.jsonl b.log", 0, "");
	assert_run("convert --to tcp_probe b.jsonl", 0,
		   "0.000000000 10.0.0.2:39815 10.0.0.1:5001 32 0x1a2a710c 0x1a2a387c 11 "
		   "2147483647 14592 85 29200\n"
		   "7.778968000 [2001:db8::1]:22 [::ffff:10.0.0.1]:60000 20 0x0 0xffffff9c 4 3 "
		   "28800 0 10\n");
}

/* 5000 is 0x1388, 6448 is 0x1930. tcp_probe has received packets alone. */
static void ttprobe_has_what_tcp_probe_needs(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE_IN TTPROBE_OUT);
	assert_run("convert --to tcp_probe a.log", 0,
		   "0.000000000 10.0.0.1:443 192.168.100.20:51234 1448 0x1930 0x1388 10 2147483647 "
		   "65535 25000 64240\n");
	write_file("a.log", TTPROBE_ODD);
	assert_run("convert --to tcp_probe a.log", 1, "");
	assert_string_equal(captured_stderr,
			    "siftr-bpf: a.log: 1 row left out: no cwnd_segs, which "
			    "tcp_probe needs\n");
}

static void what_a_log_lacks_is_named(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE);
	write_file("b.log", TCP_PROBE);
	assert_refused("convert --to siftr a.log", 4,
		       "siftr-bpf: a.log has no snd_ssthresh, which siftr needs: nothing was "
		       "converted\n");
	assert_refused("convert --to siftr-1.2 b.log", 4,
		       "siftr-bpf: b.log has no snd_ssthresh, which siftr-1.2 needs: nothing was "
		       "converted\n");
	assert_refused("convert --to siftr2 a.log", 4,
		       "siftr-bpf: a.log has no snd_ssthresh, which siftr2 needs: nothing was "
		       "converted\n");
	assert_refused("convert --to ttprobe b.log", 4,
		       "siftr-bpf: b.log has no mss_cache, which ttprobe needs: nothing was "
		       "converted\n");
}

static void a_file_has_one_run(void **state)
{
	(void)state;
	write_file("a.log", TTPROBE_IN);
	assert_run("convert --to ttprobe a.log a.log", 1, TTPROBE_IN);
	assert_run("convert --to csv --fields snd_wnd a.log a.log", 0,
		   NAMES "snd_wnd\n1700000000.001000,i," IPV4 "65535\n1700000000.001000,i," IPV4
			 "65535\n");
}

/* TEACUP keeps its logs compressed. */
static void compressed_logs_and_those_of_windows_are_read(void **state)
{
	gzFile packed = gzopen("a.log.gz", "w");

	(void)state;
	assert_non_null(packed);
	assert_int_equal(gzwrite(packed, TTPROBE, strlen(TTPROBE)), strlen(TTPROBE));
	gzclose(packed);
	assert_run("convert --to ttprobe a.log.gz", 0, TTPROBE);
	write_file("b.log", "i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1,7\r\n");
	assert_run("convert --to ttprobe b.log", 0,
		   "i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1,7\n");
}

/* Each line is left out and named; the good one before them is converted. */
static void lines_with_defects_are_left_out(void **state)
{
	static const char *const of_ttprobe[][2] = {
		{"i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1\n",
		 "a.log:2: not a line of ttprobe"},
		{"i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1,7,8\n",
		 "a.log:2: not a line of ttprobe"},
		{"i,5.000000,10.0.0.1,1,10.0.0.2,2,-1,1,0,1,1,1,1,1,1,1,7\n",
		 "a.log:2: not a line of ttprobe"},
		{"i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,4294967296,1,1,1,1,1,1,7\n",
		 "a.log:2: not a line of ttprobe"},
		{"i,5.000000,2001:DB8::G,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1,7\n",
		 "a.log:2: not a line of ttprobe"},
		{"x,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1,7\n",
		 "a.log:2: no valid direction"},
		{"i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,256,1,1,7\n",
		 "a.log:2: no valid skc_state"},
		{"i,5.000000,10.0.0.1,1,10.0.0.2,2,0,1,0,1,1,1,1,1,1,1,7",
		 "a.log:2: truncated: the log ends within this line"},
	};
	static const char *const of_tcp_probe[][2] = {
		{"1.500000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.50000000x 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000000 10.0.0.1:80 10.0.0.2:4000 32 2 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000000 10.0.0.1:80 10.0.0.2:4000 32 0x123456789 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000000 10.0.0.1 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000000 2001:db8::1:80 [2001:db8::2]:4000 32 0x2 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000000 [10.0.0.1]:80 10.0.0.2:4000 32 0x2 0x1 10 20 500 0 600\n",
		 "a.log:2: not a line of tcp_probe"},
		{"1.500000000 10.0.0.1:80 10.0.0.2:65536 32 0x2 0x1 10 20 500 0 600\n",
		 "a.log:2: no valid laddr"},
		{"1.500000000 10.0.0.1:80 10.0.0.2:4000 32 0x2 0x1 ten 20 500 0 600\n",
		 "a.log:2: no valid cwnd_segs"},
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(of_ttprobe); i++) {
		snprintf(text, sizeof(text), "%s%s", TTPROBE_IN, of_ttprobe[i][0]);
		write_file("a.log", text);
		assert_run("convert --to ttprobe a.log", 1, TTPROBE_IN);
		assert_non_null(strstr(captured_stderr, of_ttprobe[i][1]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(of_tcp_probe); i++) {
		snprintf(text, sizeof(text), "%s%s", TCP_PROBE_IPV4, of_tcp_probe[i][0]);
		write_file("a.log", text);
		assert_run("convert --to tcp_probe a.log", 1, TCP_PROBE_IPV4);
		assert_non_null(strstr(captured_stderr, of_tcp_probe[i][1]));
	}
}

#define PROBE_TEST(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROBE_TEST(a_log_of_ttprobe_becomes_a_table),
		PROBE_TEST(a_log_of_tcp_probe_becomes_a_table),
		PROBE_TEST(a_table_has_the_fields_of_its_log),
		PROBE_TEST(a_log_comes_out_as_it_went_in),
		PROBE_TEST(the_way_by_a_table_keeps_what_a_table_has),
		PROBE_TEST(ttprobe_has_what_tcp_probe_needs),
		PROBE_TEST(what_a_log_lacks_is_named),
		PROBE_TEST(a_file_has_one_run),
		PROBE_TEST(compressed_logs_and_those_of_windows_are_read),
		PROBE_TEST(lines_with_defects_are_left_out),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
