// SPDX-License-Identifier: BSD-2-Clause
/* Detection of a file's dialect from its beginning, and the messages about it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <siftr/array_size.h>

#include "read/dialect_report.h"

#include "../lib/findings.h"

#define BINARY(text) text, sizeof(text) - 1
#define PAIRS	     "enable_time_secs=1700000000\tenable_time_usecs=000100\t"
#define HEADER_1_2 \
	PAIRS "siftrver=1.2.4\thz=1000\ttcp_rtt_scale=32\tsysname=FreeBSD\tsysver=1301000\tipmode=4"
#define LINE_1_2                                                                            \
	"o,0x00000000,1700000001.000001,192.0.2.1,5001,192.0.2.2,40000,1073725440,14480,0," \
	"65535,65700,7,7,4,1460,640,1,992,230,33580,0,65700,0,0,0,0,0\n"
#define HEADER_FREEBSD PAIRS "siftrver=1.3.0\tsysname=FreeBSD\tsysver=1401000\tipmode=4\n"
#define LINE_27                                                                                \
	"o,1700000001.000001,192.0.2.1,5001,192.0.2.2,40000,1073725440,14480,0,65535,65700,7," \
	"7,4,1460,1000,1,992,230000,33580,0,65700,0,0,0,7,63"

#define TTPROBE                                                                                 \
	"i,1764193655.100000,10.1.1.2,32291,10.1.1.3,5001,0,1448,20000,14480,2147482352,65536," \
	"66560,1,1000,2448,0\n"
#define TCP_PROBE(next) "1.5 10.0.0.1:80 10.0.0.2:4000 32 " next " 0x1 10 20 500 0 600\n"

static const struct sample {
	enum dialect_kind kind;
	const char *text;
	size_t bytes;
} samples[] = {
	{DIALECT_EMPTY, BINARY("")},
	{DIALECT_SIFTR, BINARY(LOG)},
	{DIALECT_SIFTR, BINARY(HEADER)},
	{DIALECT_SIFTR, BINARY(HEADER FOOTER)},
	{DIALECT_SIFTR, BINARY(HEADER_FREEBSD LINE_27 "\n")},
	{DIALECT_TRUNCATED_HEADER, BINARY("e")},
	{DIALECT_TRUNCATED_HEADER, BINARY("enable_time_secs=17000")},
	{DIALECT_TRUNCATED_HEADER, BINARY(PAIRS "siftrver=1.3.0\tsysname=Lin")},
	{DIALECT_DAMAGED, BINARY(PAIRS "siftrver=1.3.0\tsysname=\tsysver=1\tipmode=6\n" LINE_1)},
	{DIALECT_DAMAGED, BINARY(PAIRS "sysname=Linux\n" LINE_1)},
	{DIALECT_DAMAGED, BINARY("a note of mine\n" LOG)},
	{DIALECT_DAMAGED, BINARY("\n" LOG)},
	{DIALECT_DAMAGED, BINARY("xnable_time_secs=1\n" LINE_1)},
	{DIALECT_DATA_BEFORE_HEADER, BINARY(LINE_27 "\n" LINE_27 "\n" HEADER_FREEBSD)},
	{DIALECT_NO_HEADER, BINARY(LINE_1 LINE_2 FOOTER)},
	{DIALECT_NO_HEADER, BINARY(FOOTER)},
	{DIALECT_NO_HEADER, BINARY(LINE_1 FOOTER LOG)},
	{DIALECT_GZIP, BINARY("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03")},
	{DIALECT_ZSTD, BINARY("\x28\xb5\x2f\xfd\x04\x58")},
	{DIALECT_XZ, BINARY("\xfd\x37\x7a\x58\x5a\x00\x00\x04")},
	{DIALECT_BZIP2, BINARY("BZh91AY&SY")},
	{DIALECT_LZ4, BINARY("\x04\x22\x4d\x18\x64\x40")},
	{DIALECT_CR_LF, BINARY(PAIRS "siftrver=1.3.0\tsysname=Linux\tsysver=1\tipmode=6\r\n")},
	{DIALECT_BYTE_ORDER_MARK, BINARY("\xef\xbb\xbf" LOG)},
	{DIALECT_UTF_16, BINARY("\xff\xfe"
				"e\0n\0a\0b\0l\0e\0")},
	{DIALECT_UTF_16, BINARY("\xfe\xff\0e\0n\0a\0b")},
	{DIALECT_SPACES, BINARY("enable_time_secs=1 enable_time_usecs=000100 siftrver=1.3.0 "
				"sysname=Linux sysver=6001000 ipmode=6\n")},
	{DIALECT_SIFTR_1_2, BINARY(HEADER_1_2 "\n" LINE_1_2)},
	{DIALECT_CR_LF, BINARY(HEADER_1_2 "\r\n")},
	{DIALECT_SIFTR_1_2, BINARY(LINE_1_2 LINE_1_2)},
	{DIALECT_SIFTR_2,
	 BINARY(PAIRS "siftrver=2.5\trec_fmt=txt\tsysver=FreeBSD 15\n"
		      "0000002a,i,5,3890,3fffc000,4e20,0,1,1,1,2,3,4,5,6,7,8,0\n")},
	{DIALECT_SIFTR_2_BINARY, BINARY(PAIRS "siftrver=2.5\trec_fmt=binary\tsysver=FreeBSD 15\n"
					      "\x2a\0\0\0\0\0\0\0")},
	{DIALECT_CR_LF, BINARY(PAIRS "siftrver=2.5\trec_fmt=txt\tsysver=FreeBSD 15\r\n")},
	{DIALECT_SIFTR_2_BINARY,
	 BINARY(PAIRS "siftrver=2.5\trec_fmt=binary\tsysver=FreeBSD 15\r\n")},
	{DIALECT_FORK_30, BINARY(HEADER_FREEBSD LINE_27 ",12345,67890,1448\n")},
	{DIALECT_FORK_30,
	 BINARY(HEADER_FREEBSD "disable_time_secs=1\tdisable_time_usecs=000200\t"
			       "global_flow_cnt=0\tmax_tmp_qsize=3\tflow_list=\n")},
	{DIALECT_OTHER_VERSION, BINARY(PAIRS "siftrver=1.4.0\tsysname=FreeBSD\n")},
	{DIALECT_CSV, BINARY("time,direction,laddr,lport\n1.000000,i,")},
	{DIALECT_CR_LF, BINARY("time,direction,laddr,lport\r\n")},
	{DIALECT_TABLE, BINARY("time,direction,lport\n1.000000,i,")},
	{DIALECT_JSONL, BINARY("{\"time\":1.000000,\"direction\":")},
	{DIALECT_TTPROBE, BINARY(TTPROBE)},
	{DIALECT_DAMAGED, BINARY(TTPROBE LINE_1)},
	{DIALECT_TCP_PROBE, BINARY(TCP_PROBE("0x2"))},
	{DIALECT_UNKNOWN, BINARY(TCP_PROBE("2"))},
	{DIALECT_PCAP, BINARY("\xd4\xc3\xb2\xa1\x02\x00\x04\x00")},
	{DIALECT_PCAP, BINARY("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00")},
	{DIALECT_ZEROS, BINARY("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")},
	{DIALECT_CHECKPOINT, BINARY("siftrCP1\0\0\0\0")},
	{DIALECT_UNKNOWN, BINARY("127.0.0.1\tlocalhost\n::1\tlocalhost\n")},
	{DIALECT_UNKNOWN, BINARY("\n")},
	{DIALECT_UNKNOWN, BINARY("no end of line")},
};

#define NR_SAMPLES ARRAY_SIZE(samples)

static struct dialect of(const char *text, size_t bytes)
{
	/* A copy of exact size: bytes after the text would change the result. */
	char *copy = malloc(bytes ? bytes : 1);
	struct dialect dialect;

	assert_non_null(copy);
	memcpy(copy, text, bytes);
	dialect = dialect__of(copy, bytes);
	free(copy);
	return dialect;
}

static void each_sample_is_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SAMPLES; i++) {
		struct dialect dialect = of(samples[i].text, samples[i].bytes);

		if (dialect.kind != samples[i].kind)
			fail_msg("sample %zu was taken for %u, not %u: %.60s", i, dialect.kind,
				 samples[i].kind, samples[i].text);
	}
}

static void any_beginning_of_a_log_is_recognised(void **state)
{
	(void)state;
	for (size_t bytes = 1; bytes <= strlen(LOG); bytes++) {
		struct dialect dialect = of(LOG, bytes);

		assert_int_equal(dialect.kind,
				 bytes < strlen(HEADER) ? DIALECT_TRUNCATED_HEADER : DIALECT_SIFTR);
		assert_true(dialect__is_supported(&dialect));
	}
}

static const char HEADER_START[] = "enable_time_secs=";

static void only_the_first_bytes_are_read(void **state)
{
	static char text[2 * DIALECT_BYTES];
	size_t bytes = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(dialect__of(text, sizeof(text)).kind, DIALECT_UNKNOWN);
	for (size_t i = 0; HEADER_START[i]; i++)
		text[i] = HEADER_START[i];
	assert_int_equal(dialect__of(text, sizeof(text)).kind, DIALECT_DAMAGED);
	while (bytes < DIALECT_BYTES)
		bytes += (size_t)sprintf(text + bytes, "%s", LINE_1);
	strcpy(text + bytes, HEADER);
	assert_int_equal(dialect__of(text, bytes + strlen(HEADER)).kind, DIALECT_NO_HEADER);
}

static void the_offset_of_a_file_is_not_moved(void **state)
{
	FILE *file = tmpfile();
	struct dialect dialect;
	char link[64];
	int fd, ends[2];

	(void)state;
	assert_non_null(file);
	assert_true(fputs(LOG, file) >= 0 && fflush(file) == 0);
	assert_int_equal(dialect__of_file(fileno(file), &dialect), 0);
	assert_int_equal(dialect.kind, DIALECT_SIFTR);
	assert_string_equal(dialect.version, "1.3.0");
	assert_int_equal(lseek(fileno(file), 0, SEEK_CUR), strlen(LOG));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fileno(file));
	fd = open(link, O_WRONLY | O_APPEND);
	assert_true(fd >= 0);
	assert_int_equal(dialect__of_file(fd, &dialect), 0);
	assert_int_equal(dialect.kind, DIALECT_SIFTR);
	close(fd);
	fclose(file);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dialect__of_file(ends[0], &dialect), -ESPIPE);
	close(ends[0]);
	close(ends[1]);
}

/* The error message about a file with this text, without "siftr-bpf: " and the '\n'. */
static const char *report_of(const char *text, size_t bytes, const char *file, enum dialect_use use)
{
	static char report[512];
	struct dialect dialect = of(text, bytes);
	int saved = dup(STDERR_FILENO);
	FILE *caught = tmpfile();
	size_t nr_report;

	assert_non_null(caught);
	fflush(stderr);
	dup2(fileno(caught), STDERR_FILENO);
	dialect_report__error(&dialect, file, use);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(caught);
	nr_report = fread(report, 1, sizeof(report) - 1, caught);
	fclose(caught);
	assert_true(nr_report > strlen("siftr-bpf: "));
	assert_int_equal(report[nr_report - 1], '\n');
	report[nr_report - 1] = '\0';
	assert_null(strchr(report, '\n'));
	return report + strlen("siftr-bpf: ");
}

static void the_message_names_a_command(void **state)
{
	static const struct {
		const char *text;
		enum dialect_use use;
		const char *file, *report;
	} cases[] = {
		{"\x1f\x8b\x08", DIALECT_TO_CHECK, "a.log.gz",
		 "a.log.gz is compressed (gzip): use zcat a.log.gz | siftr-bpf check -"},
		{"\x28\xb5\x2f\xfd", DIALECT_TO_REPAIR, "a.log.zst",
		 "a.log.zst is compressed (zstd): first use zstdcat a.log.zst >LOG"},
		{"BZh91AY&SY", DIALECT_TO_CHECK, "my log",
		 "my log is compressed (bzip2): use bzcat "
		 "FILE | siftr-bpf check -"},
		{"\x04\x22\x4d\x18", DIALECT_TO_CHECK, "-",
		 "- is compressed (lz4): use lz4cat FILE | siftr-bpf check -"},
		{PAIRS "siftrver=1.3.0\r\n", DIALECT_TO_CHECK, "a.log",
		 "a.log has CR LF line ends, as Windows programs write them: use tr -d '\\r' "
		 "<a.log | siftr-bpf check -"},
		{PAIRS "siftrver=1.2.3\thz=1000\n", DIALECT_TO_CONVERT, "a.log",
		 "a.log is a log of SIFTR 1.2.3 (FreeBSD 13 and before, other columns): only logs "
		 "of SIFTR 1.3.0 and 1.2.4, of siftr2 2.5, ttprobe and tcp_probe, and csv and jsonl "
		 "are converted"},
		{HEADER_1_2 "\r\n", DIALECT_TO_REPAIR, "a.log",
		 "a.log is a log of SIFTR 1.2.4 (FreeBSD 13 and before, other columns), with CR LF "
		 "line ends: only logs of SIFTR 1.3.0 are repaired"},
		{PAIRS "siftrver=2.5\trec_fmt=txt\r\n", DIALECT_TO_REPAIR, "a.log",
		 "a.log is a log of siftr2 (version 2.5, text), with CR LF line ends: only logs of "
		 "SIFTR 1.3.0 are repaired"},
		{PAIRS "siftrver=1.3.0\r\n", DIALECT_TO_REPAIR, "a.log",
		 "a.log has CR LF line ends, as Windows programs write them: first use sed -i "
		 "'s/\\r$//' a.log"},
		{"time,direction,laddr\r\n", DIALECT_TO_CHECK, "a.csv",
		 "a.csv is a table (csv), with CR LF line ends: only logs of SIFTR 1.3.0 and 1.2.4 "
		 "and of siftr2 2.5 are checked"},
		{"time,direction\n", DIALECT_TO_CONVERT, "a.csv",
		 "a.csv is a table without the columns laddr, lport, faddr and fport: only logs of "
		 "SIFTR 1.3.0 and 1.2.4, of siftr2 2.5, ttprobe and tcp_probe, and csv and jsonl are "
		 "converted"},
		{"name,age\n", DIALECT_TO_ANALYSE, "a.csv",
		 "a.csv is a table without the columns time, direction, laddr, lport, faddr and "
		 "fport: only logs of SIFTR 1.3.0 and 1.2.4, of siftr2 2.5, ttprobe and tcp_probe, "
		 "and csv and jsonl are read"},
		{"{\"faddr\":1,\"fport\":1,\"lport\":1,\"direction\":1,\"laddr\":1}\n",
		 DIALECT_TO_APPEND, "a.jsonl",
		 "cannot open a.jsonl for the log: it is a table without the column time; name "
		 "another file, or move it away"},
		{TCP_PROBE("0x2"), DIALECT_TO_CHECK, "a.log",
		 "a.log is a log of tcp_probe: only logs of SIFTR 1.3.0 and 1.2.4 and of siftr2 2.5 "
		 "are checked"},
		{TTPROBE, DIALECT_TO_APPEND, "a.log",
		 "cannot open a.log for the log: it is a log of ttprobe; name another file, or "
		 "move it away"},
		{PAIRS "siftrver=2.5\trec_fmt=txt\n", DIALECT_TO_REPAIR, "a.log",
		 "a.log is a log of siftr2 (version 2.5, text): only logs of SIFTR 1.3.0 are "
		 "repaired"},
		{"127.0.0.1 localhost\n", DIALECT_TO_APPEND, "/etc/hosts",
		 "cannot open /etc/hosts for the log: it is not a SIFTR log, as it does not begin "
		 "with a header; name another file, or move it away"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(report_of(cases[i].text, strlen(cases[i].text), cases[i].file,
					      cases[i].use),
				    cases[i].report);
}

/* For each kind of file and each use of it there is a message, which names the file. */
static void there_is_a_message_for_each_kind(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_SAMPLES; i++)
		for (int use = DIALECT_TO_CHECK; use <= DIALECT_TO_APPEND; use++)
			assert_non_null(
				strstr(report_of(samples[i].text, samples[i].bytes, "a.log", use),
				       "a.log"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sample_is_recognised),
		cmocka_unit_test(any_beginning_of_a_log_is_recognised),
		cmocka_unit_test(only_the_first_bytes_are_read),
		cmocka_unit_test(the_offset_of_a_file_is_not_moved),
		cmocka_unit_test(the_message_names_a_command),
		cmocka_unit_test(there_is_a_message_for_each_kind),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
