// SPDX-License-Identifier: BSD-2-Clause
#include "format/column_table.h"

const struct column_entry column_table[ROW_COLUMNS] = {
#define COLUMN(name, unit, member, help) [ROW_##name] = {#name, "u32", unit, member, help},
#include "format/row_columns.def"
#undef COLUMN
	[ROW_flowid] = {"flowid", "u32", "", "", "number of the flow in this log"},
	[ROW_flowtype] = {"flowtype", "u8", "", "", "191 in what siftr-bpf traces"},
};
