// SPDX-License-Identifier: BSD-2-Clause
/* `siftr-bpf fields`: the table of captured kernel fields, for people. */
#include <stdio.h>

#include <linux/types.h>

#include "commands/commands.h"
#include "report.h"

/* The kernel's own notation, as the table's reader knows it. */
#define READ(pointer, member)	  pointer->member
#define STATE(sk)		  sk->__sk_common.skc_state
#define RX_OPT(pointer, member)	  pointer->rx_opt.member
#define TEXT(expression)	  TEXT_EXPANDED(expression)
#define TEXT_EXPANDED(expression) #expression

static const struct {
	const char *name, *type, *unit, *read, *help;
} fields[] = {
#define FIELD(name, type, unit, read, help) {#name, #type, unit, TEXT(read), help},
#include <siftr/fields.def>
#undef FIELD
};

int command_fields(void)
{
	printf("%-15s %-5s %-9s %-31s %s\n", "NAME", "TYPE", "UNIT", "KERNEL SOURCE", "MEANING");
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		printf("%-15s %-5s %-9s %-31s %s\n", fields[i].name, fields[i].type + 2,
		       *fields[i].unit ? fields[i].unit : "-", fields[i].read, fields[i].help);
	return report_flush() ? EXIT_OUTPUT : EXIT_CLEAN;
}
