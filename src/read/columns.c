// SPDX-License-Identifier: BSD-2-Clause
/*
 * Finds out what is wrong with a data line that field_parser.h has rejected, by looking at each
 * column. It is slower, but accepts exactly the same lines.
 */
#include "read/columns.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "read/field_parser.h"

#define TIME_TEXT_MAX	 (TIME_SECONDS_DIGITS + 7)
#define ADDRESS_TEXT_MAX 45

/*
 * A line with at least this many commas is reported as a malformed data line even if it begins with
 * neither i nor o.
 */
#define DATA_COMMAS_MIN 20

enum kind {
	KIND_DIRECTION,
	KIND_TIME,
	KIND_HASH,
	KIND_ADDRESS,
	KIND_NUMBER,
};

struct column {
	const char *name;
	enum kind kind;
	__u32 min, max;
};

#define NUMBER_MAX 0xffffffffU

static const struct column columns[COLUMNS] = {
	{"direction", KIND_DIRECTION, 0, 0},
	{"time", KIND_TIME, 0, 0},
	{"local address", KIND_ADDRESS, 0, 0},
	{"local port", KIND_NUMBER, 0, 65535},
	{"foreign address", KIND_ADDRESS, 0, 0},
	{"foreign port", KIND_NUMBER, 0, 65535},
	{"snd_ssthresh", KIND_NUMBER, 0, NUMBER_MAX},
	{"snd_cwnd", KIND_NUMBER, 0, NUMBER_MAX},
	{"t_flags2", KIND_NUMBER, 0, NUMBER_MAX},
	{"snd_wnd", KIND_NUMBER, 0, NUMBER_MAX},
	{"rcv_wnd", KIND_NUMBER, 0, NUMBER_MAX},
	{"snd_scale", KIND_NUMBER, 0, 14},
	{"rcv_scale", KIND_NUMBER, 0, 14},
	{"conn_state", KIND_NUMBER, 4, 10},
	{"max_seg_size", KIND_NUMBER, 0, NUMBER_MAX},
	{"srtt", KIND_NUMBER, 0, NUMBER_MAX},
	{"sack_enabled", KIND_NUMBER, 0, 1},
	{"t_flags", KIND_NUMBER, 0, NUMBER_MAX},
	{"rto", KIND_NUMBER, 0, NUMBER_MAX},
	{"snd_buf_hiwater", KIND_NUMBER, 0, NUMBER_MAX},
	{"snd_buf_cc", KIND_NUMBER, 0, NUMBER_MAX},
	{"rcv_buf_hiwater", KIND_NUMBER, 0, NUMBER_MAX},
	{"rcv_buf_cc", KIND_NUMBER, 0, NUMBER_MAX},
	{"sent_inflight_bytes", KIND_NUMBER, 0, NUMBER_MAX},
	{"t_segqlen", KIND_NUMBER, 0, NUMBER_MAX},
	{"flowid", KIND_NUMBER, 1, NUMBER_MAX},
	{"flowtype", KIND_NUMBER, 0, NUMBER_MAX},
};

/* Columns of SIFTR 1.2.4 that 1.3.0 does not have, or whose range differs. */
static const struct column hash = {"hash", KIND_HASH, 0, 0};
static const struct column bwnd = {"bwnd", KIND_NUMBER, 0, NUMBER_MAX};
static const struct column any_flowid = {"flowid", KIND_NUMBER, 0, NUMBER_MAX};

struct cell {
	const char *text;
	size_t bytes;
};

static const char *wrong_direction(struct cell cell)
{
	return cell.bytes == 1 && (*cell.text == 'i' || *cell.text == 'o') ? NULL
									   : "not a direction";
}

/*
 * Copies a column and adds a comma and zeros after it, which the
 * functions of field_parser.h need.
 */
static const char *copy(char *room, size_t copy_bytes, struct cell cell)
{
	memset(room, 0, copy_bytes);
	memcpy(room, cell.text, cell.bytes);
	room[cell.bytes] = ',';
	return room;
}

static const struct column *column_of(enum siftr_version version, unsigned int number)
{
	if (version == SIFTR_1_3 || number == 1)
		return &columns[number - 1];
	switch (number) {
	case 2:
		return &hash;
	case 10:
		return &bwnd;
	case 27:
		return &any_flowid;
	default:
		return &columns[number - 2];
	}
}

static unsigned int nr_columns(enum siftr_version version)
{
	return version == SIFTR_1_2 ? COLUMNS_1_2 : COLUMNS;
}

static const char *wrong_hash(struct cell cell)
{
	bool good = cell.bytes == 10 && !memcmp(cell.text, "0x", 2);

	for (size_t i = 2; i < cell.bytes; i++)
		good &= field_parser__is_hexadecimal(cell.text[i]);
	return good ? NULL : "not a hash";
}

static const char *wrong_time(struct cell cell)
{
	char room[TIME_TEXT_MAX + 32];
	__u64 time_us;

	if (cell.bytes <= TIME_TEXT_MAX &&
	    field_parser__time(copy(room, sizeof(room), cell), &time_us) == room + cell.bytes + 1)
		return NULL;
	return "not a time";
}

static const char *wrong_address(struct cell cell, __u8 *family)
{
	char room[ADDRESS_TEXT_MAX + 32];

	*family = 0;
	if (cell.bytes <= ADDRESS_TEXT_MAX &&
	    field_parser__address(copy(room, sizeof(room), cell), ',', family) ==
		    room + cell.bytes + 1)
		return NULL;
	*family = 0;
	return "not an address";
}

static const char *wrong_number(struct cell cell, const struct column *column)
{
	__u64 value;
	size_t digits = 0;

	while (digits < cell.bytes && field_parser__is_digit(cell.text[digits]))
		digits++;
	if (digits < cell.bytes)
		return "not a whole number";
	if (*cell.text == '0' && digits > 1)
		return "leading zero";
	if (!field_parser__is_number(cell.text, digits, column->max, &value) || value < column->min)
		return "out of range";
	return NULL;
}

static const char *expectation(const struct column *column, char *room, size_t bytes)
{
	switch (column->kind) {
	case KIND_DIRECTION:
		return "i or o";
	case KIND_TIME:
		return "seconds, a dot and six digits of microseconds";
	case KIND_HASH:
		return "0x and eight hexadecimal digits";
	case KIND_ADDRESS:
		return "an IPv4 or IPv6 address";
	case KIND_NUMBER:
		break;
	}
	snprintf(room, bytes, "a whole number from %u to %u", column->min, column->max);
	return room;
}

static const char *wrong_cell(struct cell cell, const struct column *column, __u8 *family)
{
	if (cell.bytes == 0)
		return "empty";
	switch (column->kind) {
	case KIND_DIRECTION:
		return wrong_direction(cell);
	case KIND_TIME:
		return wrong_time(cell);
	case KIND_HASH:
		return wrong_hash(cell);
	case KIND_ADDRESS:
		return wrong_address(cell, family);
	case KIND_NUMBER:
		break;
	}
	return wrong_number(cell, column);
}

static unsigned int report_count(__u64 line, enum siftr_version version, unsigned int count,
				 const struct diagnostic_sink *sink)
{
	char got[16];
	struct diagnostic defect = {.line = line,
				    .what = "wrong number of columns",
				    .got = got,
				    .expected = version == SIFTR_1_2 ? "28" : "27"};

	defect.got_bytes = (size_t)snprintf(got, sizeof(got), "%u", count);
	diagnostic__defect(sink, &defect);
	return 1;
}

static unsigned int report_cells(__u64 line, enum siftr_version version, const struct cell *cells,
				 const struct diagnostic_sink *sink)
{
	__u8 family = 0, local_family = 0;
	unsigned int found = 0;

	for (unsigned int i = 0; i < nr_columns(version); i++) {
		const struct column *column = column_of(version, i + 1);
		char room[64];
		struct diagnostic defect = {.line = line,
					    .unit = "column",
					    .number = i + 1,
					    .name = column->name,
					    .got = cells[i].text,
					    .got_bytes = cells[i].bytes};

		defect.what = wrong_cell(cells[i], column, &family);
		defect.expected = expectation(column, room, sizeof(room));
		if (column->kind == KIND_ADDRESS && !defect.what) {
			if (local_family && family != local_family) {
				defect.what = "not of the local address's family";
				defect.expected =
					local_family == 4 ? "an IPv4 address" : "an IPv6 address";
			}
			local_family = family;
		}
		if (!defect.what)
			continue;
		diagnostic__defect(sink, &defect);
		found++;
	}
	return found;
}

unsigned int columns__report(__u64 line, enum siftr_version version, const char *text, size_t bytes,
			     const struct diagnostic_sink *sink)
{
	struct cell cells[COLUMNS_1_2];
	const char *end = text + bytes;
	unsigned int count = 0;

	for (;;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *stop = comma ? comma : end;

		if (count < COLUMNS_1_2)
			cells[count] = (struct cell){text, (size_t)(stop - text)};
		count++;
		if (!comma)
			break;
		text = comma + 1;
	}
	if (count != nr_columns(version))
		return report_count(line, version, count, sink);
	return report_cells(line, version, cells, sink);
}

bool columns__is_data_line(const char *text, size_t bytes)
{
	unsigned int commas = 0;

	if (bytes >= 2 && (*text == 'i' || *text == 'o') && text[1] == ',')
		return true;
	for (size_t i = 0; i < bytes; i++)
		commas += text[i] == ',';
	return commas >= DATA_COMMAS_MIN;
}
