#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What pandas makes of the rows of field_rows.py in a csv or as JSON lines, with the types that
`siftr-bpf fields --json`, the second argument, has. Prints what is not as it should be."""

import json
import sys

import pandas

from field_rows import largest

TYPES = {"u8": "UInt8", "u16": "UInt16", "u32": "UInt32", "u64": "UInt64", "text": "string"}


def load(path, types):
    """As `types` has it: pandas by itself takes a column with absent values for floating point."""
    if path.endswith("jsonl"):
        return pandas.read_json(path, lines=True, dtype=False, precise_float=True).astype(types)
    return pandas.read_csv(path, dtype=types)


def main():
    path, fields = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
    table = load(path, {one["name"]: TYPES[one["type"]] for one in fields})
    wanted = ["time", "direction", "laddr", "lport", "faddr", "fport", *(one["name"] for one in fields)]
    if list(table) != wanted:
        print(f"columns: {list(table)}")
    if list(table.time) != [1700000000.000001, 1700000000.999999, 1700000001.0]:
        print(f"time: {list(table.time)}")
    for number, one in enumerate(fields, 1):
        got = [None if value is pandas.NA else value for value in table[one["name"]]]
        if got != [largest(one), str(number) if one["type"] == "text" else number, None]:
            print(f"{one['name']}: {got} of type {table[one['name']].dtype}")


main()
