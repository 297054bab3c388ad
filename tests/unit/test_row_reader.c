// SPDX-License-Identifier: BSD-2-Clause
/* A log of any form is read as rows with the right values. */
#include <sys/mman.h>
#include <unistd.h>

#include <errno.h>

#include "read/row_reader.h"
#include "read/siftr2_rows.h"

#include "../lib/findings.h"
#include "../lib/sample_siftr2.h"

static unsigned int nr_defects;

static void count(void *context, const struct diagnostic *defect)
{
	(void)context;
	(void)defect;
	nr_defects++;
}

static const struct diagnostic_sink sink = {count, count, NULL};

static int descriptor_of(const char *text, size_t bytes)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	assert_int_equal(write(fd, text, bytes), (ssize_t)bytes);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	nr_defects = 0;
	return fd;
}

static struct row_event next(struct row_reader *reader, enum row_event_kind kind)
{
	struct row_event event;

	assert_int_equal(row_reader__next(reader, &event), 0);
	assert_int_equal(event.kind, kind);
	return event;
}

static void assert_siftr2_rows(const struct row_event *event, size_t rows)
{
	const struct row *row = event->rows.first;

	assert_int_equal(event->rows.count, rows);
	assert_int_equal(row->time.seconds, 1764193655);
	assert_int_equal(row->time.microseconds, 123 + 5000);
	assert_int_equal(row->flowid, 0x947fbda1);
	assert_int_equal(row->flow->family, 4);
	assert_int_equal(row->flow->fport, 5001);
	assert_int_equal(row->direction, SIFTR_IN);
	assert_int_equal(row->absent, SIFTR2_ROWS_ABSENT);
	assert_int_equal(row->columns.snd_cwnd, 14480);
	assert_int_equal(row->columns.snd_ssthresh, 1073725440);
	assert_int_equal(row->columns.srtt, 20000);
	assert_int_equal(row->columns.max_seg_size, 1448);
	assert_int_equal(row->columns.sack_enabled, 1);
	assert_int_equal(row->columns.snd_scale, 6);
	assert_int_equal(row->columns.rcv_scale, 14);
	row = &event->rows.first[rows - 1];
	assert_int_equal(row->direction, SIFTR_OUT);
	assert_int_equal(row->time.microseconds, 123 + 19000);
	assert_int_equal(row->columns.snd_wnd, 4294967295U);
	assert_int_equal(row->columns.rcv_wnd, 0);
	assert_int_equal(row->columns.t_flags, 996);
	assert_int_equal(row->columns.t_flags2, 34);
	assert_int_equal(row->columns.rto, 1000000);
	assert_int_equal(row->columns.snd_buf_hiwater, 33304);
	assert_int_equal(row->columns.snd_buf_cc, 208);
	assert_int_equal(row->columns.rcv_buf_hiwater, 66608);
	assert_int_equal(row->columns.rcv_buf_cc, 1);
	assert_int_equal(row->columns.t_segqlen, 7);
}

static void siftr2_has_its_flows_from_the_footer(void **state)
{
	int fd = descriptor_of(SIFTR2_LOG, strlen(SIFTR2_LOG));
	struct row_reader *reader;
	struct row_event event;

	(void)state;
	assert_int_equal(row_reader__open(fd, &sink, &reader), 0);
	assert_int_equal(row_reader__absent(reader), SIFTR2_ROWS_ABSENT);
	event = next(reader, ROW_EVENT_START);
	assert_int_equal(event.start.values.enabled.seconds, 1764193655);
	event = next(reader, ROW_EVENT_ROWS);
	assert_siftr2_rows(&event, 3);
	assert_int_equal(event.rows.first[1].flow->family, 6);
	assert_int_equal(event.rows.first[1].columns.max_seg_size, 1440);
	assert_int_not_equal(event.rows.first[0].flow_number, event.rows.first[1].flow_number);
	assert_int_equal(event.rows.first[0].flow_number, event.rows.first[2].flow_number);
	event = next(reader, ROW_EVENT_FOOTER);
	assert_int_equal(event.footer.disabled.microseconds, 654321);
	assert_int_equal(event.footer.totals.packets[SIFTR_IN], 1);
	assert_int_equal(event.footer.totals.packets[SIFTR_OUT], 2);
	event = next(reader, ROW_EVENT_LISTED_FLOW);
	assert_int_equal(event.listed_flow.fport, 443);
	next(reader, ROW_EVENT_LISTED_FLOW);
	next(reader, ROW_EVENT_FOOTER_END);
	next(reader, ROW_EVENT_END);
	assert_int_equal(row_reader__killed_line(reader), 0);
	assert_int_equal(nr_defects, 0);
	row_reader__close(reader);
	close(fd);
}

/*
 * The first and the third line of SIFTR2_LOG as a binary log give the same rows. The log does not
 * begin at the beginning of its file, but where the descriptor stands.
 */
static void binary_siftr2_gives_the_same_rows(void **state)
{
	static const __u32 records[2][18] = {
		{0x947fbda1, 0, 5, 0x3890, 0x3fffc000, 0x4e20, 0, 0x10000, 0x10400, 0x1e2, 2,
		 0x38270, 0x8218, 0xd0, 0x10430, 0, 0xb50, 0},
		{0x947fbda1, 1, 0x13, 0x43e0, 0xb50, 0x4e22, 0x11170, 0xffffffff, 0, 0x3e4, 0x22,
		 0xf4240, 0x8218, 0xd0, 0x10430, 1, 0, 7},
	};
	static const char header[] = "junk" SIFTR2_HEADER_OF("binary"),
			  footer[] =
				  "\n" SIFTR2_FOOTER_OF("1", "record_size=72") SIFTR2_FLOW_2 "\n";
	char text[1024];
	size_t bytes = sizeof(header) - 1;
	struct row_reader *reader;
	struct row_event event;
	int fd;

	(void)state;
	memcpy(text, header, sizeof(header) - 1);
	memcpy(text + bytes, records, sizeof(records));
	bytes += sizeof(records);
	memcpy(text + bytes, footer, sizeof(footer) - 1);
	fd = descriptor_of(text, bytes + sizeof(footer) - 1);
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	assert_int_equal(row_reader__open(fd, &sink, &reader), 0);
	next(reader, ROW_EVENT_START);
	event = next(reader, ROW_EVENT_ROWS);
	assert_siftr2_rows(&event, 2);
	next(reader, ROW_EVENT_FOOTER);
	assert_int_equal(nr_defects, 0);
	row_reader__close(reader);
	close(fd);
}

static void a_pipe_of_siftr2_is_refused(void **state)
{
	struct row_reader *reader;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], SIFTR2_LOG, strlen(SIFTR2_LOG)), strlen(SIFTR2_LOG));
	close(ends[1]);
	assert_int_equal(row_reader__open(ends[0], &sink, &reader), -ESPIPE);
	row_reader__close(reader);
	close(ends[0]);
}

static void rows_of_unknown_flows_are_left_out(void **state)
{
	char *text = edited(SIFTR2_LOG, SIFTR2_FLOW_1, "");
	int fd = descriptor_of(text, strlen(text));
	struct row_reader *reader;
	struct row_event event;

	(void)state;
	assert_int_equal(row_reader__open(fd, &sink, &reader), 0);
	next(reader, ROW_EVENT_START);
	event = next(reader, ROW_EVENT_ROWS);
	assert_siftr2_rows(&event, 2);
	assert_int_equal(nr_defects, 1);
	row_reader__close(reader);
	close(fd);
	free(text);
}

/*
 * The rows of a long log come in parts of limited length, and each flow has the same number in all
 * of them.
 */
static void long_logs_come_in_parts(void **state)
{
	int fd = descriptor_of("", 0);
	struct row_reader *reader;
	struct row_event event;
	__u64 rows = 0, first[2] = {};

	(void)state;
	assert_int_equal(write(fd, HEADER, strlen(HEADER)), strlen(HEADER));
	for (int i = 0; i < 1000; i++)
		assert_true(write(fd, i % 2 ? LINE_2 : LINE_1, strlen(i % 2 ? LINE_2 : LINE_1)) >
			    0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(row_reader__open(fd, &sink, &reader), 0);
	next(reader, ROW_EVENT_START);
	for (;;) {
		assert_int_equal(row_reader__next(reader, &event), 0);
		if (event.kind != ROW_EVENT_ROWS)
			break;
		assert_true(event.rows.count > 0 && event.rows.count <= ROW_EVENT_ROWS_MAX);
		for (size_t i = 0; i < event.rows.count; i++, rows++) {
			__u64 number = event.rows.first[i].flow_number;

			if (!first[rows % 2])
				first[rows % 2] = number;
			assert_int_equal(number, first[rows % 2]);
		}
	}
	assert_int_equal(event.kind, ROW_EVENT_END);
	assert_int_equal(rows, 1000);
	assert_int_equal(row_reader__killed_line(reader), 1);
	row_reader__close(reader);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siftr2_has_its_flows_from_the_footer),
		cmocka_unit_test(binary_siftr2_gives_the_same_rows),
		cmocka_unit_test(a_pipe_of_siftr2_is_refused),
		cmocka_unit_test(rows_of_unknown_flows_are_left_out),
		cmocka_unit_test(long_logs_come_in_parts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
