#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What pandas makes of a golden table and of the same rows as JSON lines: types and sums of columns.
Debian's pandas is one of /usr/bin/python3 alone."""

import sys

import pandas

EXPECTED = {
    "direction": ("object", "oi"),
    "laddr": ("object", "10.0.0.12001:db8::1"),
    "snd_ssthresh": ("int64", 1073725440 + 4284),
    "snd_cwnd": ("int64", 14480 + 5712),
    "t_flags": ("int64", 996 + 537919506),
    "srtt": ("float64", 25000.0),
    "rto": ("int64", 204000 + 1000000),
    "flowid": ("int64", 305419896 + 1),
}


def main():
    path = sys.argv[1]
    table = pandas.read_json(path, lines=True, precise_float=True) if path.endswith("jsonl") else pandas.read_csv(path)
    if list(table.time) != [1700000000.001, 1700000001.999999] or str(table.time.dtype) != "float64":
        print(f"time: {list(table.time)} {table.time.dtype}")
    if list(table.srtt.isna()) != [False, True]:
        print(f"srtt that is not known: {list(table.srtt)}")
    for name, expected in EXPECTED.items():
        got = (str(table[name].dtype), table[name].sum())
        if got != expected:
            print(f"{name}: {got}, not {expected}")


main()
