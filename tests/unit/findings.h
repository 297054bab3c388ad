/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the validator over a text and keeps what it says, one finding a line:
 * "LINE: column 14 (conn_state): out of range 'GOT' expected EXPECTED".
 */
#ifndef SIFTR_TESTS_FINDINGS_H
#define SIFTR_TESTS_FINDINGS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "check/validate.h"

static struct {
	unsigned int defects, notes;
	size_t bytes;
	char text[16384];
	struct validate_result result;
} findings;

static inline void keep_finding(const struct diagnostic *defect, const char *kind)
{
	char entry[32] = "", place[96] = "";
	size_t room = sizeof(findings.text) - findings.bytes;
	int bytes;

	if (defect->entry)
		snprintf(entry, sizeof(entry), " entry %llu", defect->entry);
	if (defect->unit)
		snprintf(place, sizeof(place), "%s %u (%s)%s: ", defect->unit, defect->number,
			 defect->name, entry);
	bytes = snprintf(findings.text + findings.bytes, room, "%llu: %s%s%s '%.*s' expected %s\n",
			 defect->line, kind, place, defect->what, (int)defect->got_bytes,
			 defect->got ? defect->got : "", defect->expected ? defect->expected : "-");
	if ((size_t)bytes < room)
		findings.bytes += (size_t)bytes;
}

static inline void keep_defect(void *context, const struct diagnostic *defect)
{
	(void)context;
	findings.defects++;
	keep_finding(defect, "");
}

static inline void keep_note(void *context, const struct diagnostic *note)
{
	(void)context;
	findings.notes++;
	keep_finding(note, "note: ");
}

static inline void judge_bytes(const char *text, size_t bytes, __u32 ppl)
{
	const struct diagnostic_sink sink = {keep_defect, keep_note, NULL};
	FILE *file = tmpfile();

	memset(&findings, 0, sizeof(findings));
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, bytes, file), bytes);
	assert_int_equal(fflush(file), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_int_equal(validate__log(fileno(file), ppl, &sink, &findings.result), 0);
	fclose(file);
}

static inline void judge(const char *text, __u32 ppl)
{
	judge_bytes(text, strlen(text), ppl);
}

static inline void assert_good(void)
{
	if (findings.defects)
		fail_msg("a good log was refused:\n%s", findings.text);
}

/* Exactly these findings, in this order. */
static inline void assert_found(const char *expected)
{
	if (strcmp(findings.text, expected) != 0)
		fail_msg("expected:\n%sfound:\n%s", expected, findings.text);
}

/* `text` with the first `from` replaced; the caller frees. */
static inline char *edited(const char *text, const char *from, const char *to)
{
	const char *place = strstr(text, from);
	size_t before = place ? (size_t)(place - text) : 0;
	char *out = malloc(strlen(text) + strlen(to) + 1);

	if (!place)
		fail_msg("the log has no '%s'", from);
	assert_non_null(out);
	memcpy(out, text, before);
	strcpy(out + before, to);
	strcat(out, place + strlen(from));
	return out;
}

/* Three lines of two flows, 2 inbound and 1 outbound packet skipped. */
#define HEADER                                                                                   \
	"enable_time_secs=1700000000\tenable_time_usecs=000042\tsiftrver=1.3.0\tsysname=Linux\t" \
	"sysver=6001000\tipmode=6\n"
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
