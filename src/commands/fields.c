// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf fields`: the table of captured kernel fields, for people. */
#include <stdio.h>
#include <string.h>

#include <linux/types.h>

#include "commands/commands.h"
#include "report/report.h"

/* The kernel's own notation, as the table's reader knows it. */
#define READ(pointer, member)	  pointer->member
#define STATE(sk)		  sk->__sk_common.skc_state
#define TEXT(expression)	  TEXT_EXPANDED(expression)
#define TEXT_EXPANDED(expression) #expression

enum field_column {
	COLUMN_NAME,
	COLUMN_TYPE,
	COLUMN_UNIT,
	COLUMN_MEMBER,
	COLUMN_HELP,
	NR_COLUMNS,
};

static const char *const titles[NR_COLUMNS] = {"NAME", "TYPE", "UNIT", "KERNEL MEMBER", "MEANING"};

static const char *const fields[][NR_COLUMNS] = {
#define FIELD(name, type, unit, read, help) {#name, &#type[2], unit, TEXT(read), help},
#include <siftr/fields.def>
#undef FIELD
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* What is computed, from bits of words or by following pointers: the members it is made of. */
static const struct {
	const char *name, *members;
} computed[] = {
	{"end_seq", "TCP_SKB_CB(skb)->end_seq"},
	{"ooo_bytes", "tp->selective_acks[]"},
	{"ca_state", "icsk->icsk_ca_state"},
	{"ecn_flags", "tp->ecn_flags"},
	{"nonagle", "tp->nonagle"},
	{"ack_pending", "icsk->icsk_ack.pending"},
	{"snd_wscale", "tp->rx_opt.snd_wscale"},
	{"rcv_wscale", "tp->rx_opt.rcv_wscale"},
	{"options", "tp->rx_opt, icsk->icsk_mtup.enabled"},
};

static const char *cell(size_t field, enum field_column column)
{
	const char *text = fields[field][column];

	for (size_t i = 0; column == COLUMN_MEMBER && i < sizeof(computed) / sizeof(*computed); i++)
		if (!strcmp(computed[i].name, fields[field][COLUMN_NAME]))
			return computed[i].members;
	return *text ? text : "-";
}

static int width_of(enum field_column column)
{
	size_t width = strlen(titles[column]);

	for (size_t i = 0; i < NR_FIELDS; i++)
		if (strlen(cell(i, column)) > width)
			width = strlen(cell(i, column));
	return (int)width;
}

int command_fields(void)
{
	int width[NR_COLUMNS];

	for (int column = 0; column < COLUMN_HELP; column++) {
		width[column] = width_of(column);
		printf("%-*s  ", width[column], titles[column]);
	}
	puts(titles[COLUMN_HELP]);
	for (size_t i = 0; i < NR_FIELDS; i++) {
		for (int column = 0; column < COLUMN_HELP; column++)
			printf("%-*s  ", width[column], cell(i, column));
		puts(cell(i, COLUMN_HELP));
	}
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}
