// SPDX-License-Identifier: BSD-2-Clause
/*
 * For any row every format writes what printf writes, within the space it asks for; a column that
 * is not known is written as the format writes an absent value.
 */
#include <arpa/inet.h>

#include <siftr/array_size.h>

#include "format/format.h"
#include "format/format_cache.h"
#include "options/format_names.h"

#include "../lib/random_numbers.h"
#include "../lib/random_row.h"
#include "../lib/test.h"

#define ROOM  2048
#define GUARD '#'

static const char *const column_names[] = {
#define COLUMN(name, ...) #name,
#include "format/row_columns.def"
#undef COLUMN
	"flowid",
	"flowtype",
};

struct printed {
	char text[ROOM];
	int bytes;
};

__attribute__((format(printf, 2, 3))) static void add(struct printed *to, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	to->bytes += vsnprintf(to->text + to->bytes, ROOM - (size_t)to->bytes, format, arguments);
	va_end(arguments);
}

static __u32 column_of(const struct row *row, int column)
{
	if (column < ROW_flowid)
		return ((const __u32 *)&row->columns)[column];
	return column == ROW_flowid ? row->flowid : row->flowtype;
}

static char letter_of(const struct row *row)
{
	return row->direction == SIFTR_IN ? 'i' : 'o';
}

static void spell_all_groups(const struct siftr_flow_key *flow, const __u64 address[2], char *text)
{
	const unsigned char *bytes = (const unsigned char *)address;
	int at = 0;

	if (flow->family == 4) {
		spell_address(flow, address, text);
		return;
	}
	for (int i = 0; i < 16; i += 2)
		at += sprintf(text + at, "%s%x", i ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
}

static void print_siftr_1_2(struct printed *to, const struct row *row)
{
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];

	spell_all_groups(row->flow, row->flow->laddr, laddr);
	spell_all_groups(row->flow, row->flow->faddr, faddr);
	add(to, "%c,0x00000000,%llu.%06u,%s,%u,%s,%u", letter_of(row), row->time.seconds,
	    row->time.microseconds, laddr, row->flow->lport, faddr, row->flow->fport);
	for (int column = 0; column < ROW_COLUMNS; column++) {
		__u64 value = column_of(row, column);

		if (column == ROW_t_flags2)
			value = 0;
		else if (column == ROW_srtt)
			value = value * 32 * 1000 / 1000000;
		else if (column == ROW_rto)
			value = value * 1000 / 1000000;
		add(to, ",%llu", value);
	}
	add(to, "\n");
}

static void print_csv(struct printed *to, const struct row *row)
{
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];

	spell_address(row->flow, row->flow->laddr, laddr);
	spell_address(row->flow, row->flow->faddr, faddr);
	add(to, "%llu.%06u,%c,%s,%u,%s,%u", row->time.seconds, row->time.microseconds,
	    letter_of(row), laddr, row->flow->lport, faddr, row->flow->fport);
	for (int column = 0; column < ROW_COLUMNS; column++)
		if (row->absent & ROW_BIT(column))
			add(to, ",");
		else
			add(to, ",%u", column_of(row, column));
	add(to, "\n");
}

static void print_jsonl(struct printed *to, const struct row *row)
{
	char laddr[INET6_ADDRSTRLEN], faddr[INET6_ADDRSTRLEN];

	spell_address(row->flow, row->flow->laddr, laddr);
	spell_address(row->flow, row->flow->faddr, faddr);
	add(to,
	    "{\"time\":%llu.%06u,\"direction\":\"%c\",\"laddr\":\"%s\",\"lport\":%u,"
	    "\"faddr\":\"%s\",\"fport\":%u",
	    row->time.seconds, row->time.microseconds, letter_of(row), laddr, row->flow->lport,
	    faddr, row->flow->fport);
	for (int column = 0; column < ROW_COLUMNS; column++)
		if (row->absent & ROW_BIT(column))
			add(to, ",\"%s\":null", column_names[column]);
		else
			add(to, ",\"%s\":%u", column_names[column], column_of(row, column));
	add(to, "}\n");
}

static const struct {
	const struct format *format;
	void (*print)(struct printed *to, const struct row *row);
	bool has_absent;
} cases[] = {
	{&format_siftr_1_2, print_siftr_1_2, false},
	{&format_csv, print_csv, true},
	{&format_jsonl, print_jsonl, true},
};

static void fill(struct row *row, bool has_absent)
{
	row->direction = random_u64() % 2;
	row->time = (struct siftr_time){random_u64() % 8 ? random_digits() : random_u64(),
					(__u32)(random_u64() % 1000000)};
	for (int column = 0; column < ROW_flowid; column++)
		((__u32 *)&row->columns)[column] = random_digits();
	/* Whether a flow has an id does not change between its rows. */
	row->absent &= ROW_BIT(ROW_flowid) | ROW_BIT(ROW_flowtype);
	if (has_absent && random_u64() % 4 == 0)
		row->absent |= (__u32)random_u64() & (ROW_BIT(ROW_flowid) - 1);
}

static void assert_as_printed(size_t number, struct format_cache *cache, const struct row *row)
{
	const struct format *format = cases[number].format;
	struct printed expected = {.bytes = 0};
	char got[ROOM];
	size_t bytes;

	memset(got, GUARD, sizeof(got));
	cases[number].print(&expected, row);
	bytes = (size_t)format->rows(got, cache, row, 1) - (size_t)got;
	assert_int_equal(bytes, expected.bytes);
	assert_memory_equal(got, expected.text, bytes);
	for (size_t i = format->line_max; i < sizeof(got); i++)
		assert_int_equal(got[i], GUARD);
}

static void random_rows_are_what_printf_and_inet_ntop_write(void **state)
{
	(void)state;
	for (size_t number = 0; number < ARRAY_SIZE(cases); number++) {
		struct format_cache *cache = format_cache__new(cases[number].format);

		for (__u32 i = 0, rounds = random_rounds(10000); i < rounds; i++) {
			struct siftr_flow_key flow = random_flow();
			struct row row = {.flow = &flow,
					  .flowid = random_digits(),
					  .flow_number = i + 1,
					  .flowtype = (__u8)random_u64()};

			if (cases[number].has_absent && random_u64() % 4 == 0)
				row.absent = (__u32)random_u64() & ROW_ALL;
			/* Formats the same flow until its text is certainly cached. */
			for (int again = 0; again < 4; again++) {
				fill(&row, cases[number].has_absent);
				assert_as_printed(number, cache, &row);
			}
		}
		format_cache__free(cache);
	}
}

static void the_longest_row_fits_the_space_that_its_format_asks_for(void **state)
{
	struct siftr_flow_key flow = {.family = 6, .lport = 65535, .fport = 65535};
	struct row row = {.flow = &flow,
			  .flowid = UINT32_MAX,
			  .flow_number = 1,
			  .flowtype = UINT8_MAX,
			  .time = {UINT64_MAX, 999999}};

	(void)state;
	memset(flow.laddr, 0xff, sizeof(flow.laddr));
	memset(flow.faddr, 0xff, sizeof(flow.faddr));
	memset(&row.columns, 0xff, sizeof(row.columns));
	for (size_t number = 0; number < ARRAY_SIZE(cases); number++) {
		struct format_cache *cache = format_cache__new(cases[number].format);

		assert_as_printed(number, cache, &row);
		assert_as_printed(number, cache, &row);
		format_cache__free(cache);
	}
}

static void every_format_has_the_name_of_its_option(void **state)
{
	__u64 number;

	(void)state;
	for (int i = 0; i < FORMATS; i++) {
		assert_string_equal(format_names[i].name, formats[i]->name);
		assert_true(format_names__find(formats[i]->name, &number));
		assert_int_equal(number, i);
		assert_true(formats[i]->siftrver || formats[i]->begins || formats[i]->one_run);
	}
	assert_null(format_names[FORMATS].name);
	assert_false(format_names__find("xml", &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rows_are_what_printf_and_inet_ntop_write),
		cmocka_unit_test(the_longest_row_fits_the_space_that_its_format_asks_for),
		cmocka_unit_test(every_format_has_the_name_of_its_option),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
