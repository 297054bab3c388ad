// SPDX-License-Identifier: BSD-2-Clause
#include "page/series_columns.h"

#include <math.h>

#include "plot/samples.h"

#define TCP_ACK 0x10

_Static_assert((int)SERIES_COLUMNS <= SAMPLES_COLUMNS, "samples have room for every column");

static const struct {
	const char *name;
	int panel;
	const char *column;
} table[SERIES_COLUMNS] = {
#define SERIES(name, panel, column) {#name, (panel), (column)},
#include "page/series_columns.def"
};

const char *series_columns__name(int column)
{
	return table[column].name;
}

int series_columns__panel(int column)
{
	return table[column].panel;
}

/* The columns and fields of the table, found by their names the first time. */
static const struct plot_column *columns(void)
{
	static struct plot_column found[PLOT_COLUMNS_MAX], all[SERIES_COLUMNS];
	static bool is_found;

	for (int column = 0; column < (int)SERIES_COLUMNS && !is_found; column++)
		if (table[column].column && plot_column__parse(table[column].column, found) == 1)
			all[column] = found[0];
	is_found = true;
	return all;
}

struct plot_column series_columns__drawn(int column)
{
	struct plot_column drawn = columns()[column];

	drawn.name = table[column].name;
	if (!table[column].column) {
		drawn.quantity = QUANTITY_BYTES;
		drawn.unit = "";
	}
	return drawn;
}

/* Counts a sequence number from the first one of its space on. */
static double unwrap(struct sequence_space *space, __u32 sequence)
{
	if (space->is_known)
		space->count += (__s32)(sequence - space->last);
	space->is_known = true;
	space->last = sequence;
	return (double)space->count;
}

/* What a counter grew by since the flow's first row that has it. */
static double grown(struct series_state *state, int column, __u64 value)
{
	if (!(state->known & 1U << column))
		state->first[column] = value;
	state->known |= 1U << column;
	return (double)value - (double)state->first[column];
}

static bool has(const struct row *row, __u32 field)
{
	return row_fields__has(row->fields, field);
}

static __u32 field(const struct row *row, __u32 number)
{
	return (__u32)row_fields__value(row->fields, number);
}

/* The counter, if it was captured, or else the payload of the rows in that direction. */
static double bytes_moved(struct series_state *state, const struct row *row, int column,
			  __u32 counter, int direction)
{
	if (has(row, counter))
		return grown(state, column, row->fields->values[counter]);
	return has(row, SIFTR_FIELD_payload_len) ? (double)state->payload[direction] : NAN;
}

static void set_bytes(struct series_state *state, const struct row *row, double values[])
{
	state->payload[row->direction == SIFTR_OUT ? SIFTR_OUT : SIFTR_IN] +=
		field(row, SIFTR_FIELD_payload_len);
	values[SERIES_sent] =
		bytes_moved(state, row, SERIES_sent, SIFTR_FIELD_bytes_sent, SIFTR_OUT);
	values[SERIES_received] =
		bytes_moved(state, row, SERIES_received, SIFTR_FIELD_bytes_received, SIFTR_IN);
	if (has(row, SIFTR_FIELD_bytes_acked))
		values[SERIES_acked] =
			grown(state, SERIES_acked, row->fields->values[SIFTR_FIELD_bytes_acked]);
}

/* The end of the packet's payload, and what it acknowledges. */
static void set_sequences(struct series_state *state, const struct row *row, double values[])
{
	bool outbound = row->direction == SIFTR_OUT;
	__u32 bytes = field(row, SIFTR_FIELD_payload_len);
	bool acks = !has(row, SIFTR_FIELD_tcp_flags) || field(row, SIFTR_FIELD_tcp_flags) & TCP_ACK;

	if (has(row, SIFTR_FIELD_seq) && bytes) {
		double end = unwrap(outbound ? &state->sent : &state->received,
				    field(row, SIFTR_FIELD_seq) + bytes);

		values[outbound ? SERIES_sent_seq : SERIES_received_seq] = end;
		if (outbound && field(row, SIFTR_FIELD_is_retransmit))
			values[SERIES_resent_seq] = end;
	}
	if (has(row, SIFTR_FIELD_ack) && acks)
		values[outbound ? SERIES_received_ack : SERIES_sent_ack] = unwrap(
			outbound ? &state->received : &state->sent, field(row, SIFTR_FIELD_ack));
	if (has(row, SIFTR_FIELD_snd_una) && !(row->absent & ROW_BIT(ROW_snd_wnd)))
		values[SERIES_sent_window] = unwrap(&state->sent, field(row, SIFTR_FIELD_snd_una)) +
					     row->columns.snd_wnd;
}

void series_columns__values(struct series_state *state, const struct row *row,
			    double values[SERIES_COLUMNS])
{
	const struct plot_column *found = columns();

	for (int column = 0; column < (int)SERIES_COLUMNS; column++)
		values[column] =
			table[column].column ? plot_column__value(&found[column], row) : NAN;
	if (!row->fields)
		return;
	set_bytes(state, row, values);
	set_sequences(state, row, values);
}
