#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes a csv with every field that `siftr-bpf fields --json`, read from stdin, lists: a row with the
largest value of each, a row with the field's number in the list, and a row in which all are absent."""

import csv
import json
import sys

TEXT = 'a, "b" \u00e9'


def largest(one):
    return TEXT if one["type"] == "text" else 2 ** int(one["type"][1:]) - 1


def main():
    fields = json.load(sys.stdin)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["time", "direction", "laddr", "lport", "faddr", "fport", *(one["name"] for one in fields)])
    flow = ["2001:db8::1", 443, "2001:db8::2", 65535]
    writer.writerow(["1700000000.000001", "o", *flow, *map(largest, fields)])
    writer.writerow(["1700000000.999999", "i", *flow, *range(1, len(fields) + 1)])
    writer.writerow(["1700000001.000000", "o", *flow, *[""] * len(fields)])


if __name__ == "__main__":
    main()
