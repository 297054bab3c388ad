#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The steps by which TEACUP takes the congestion windows and round-trip times of each flow from a
log of SIFTR 1.2.4: teacup.py LOG prints "FLOW TIME CWND" and "FLOW TIME RTT" for each of its rows.
TEACUP leaves out the footer together with the last data line, and the first two windows of a flow."""

import re
import sys

MANY_ENOUGH = 27  # columns
TIME, CWND, RTT = 3, 9, 17  # columns, from 1
FLOW = slice(3, 7)


def read(path):
    with open(path) as log:
        lines = log.read().splitlines()
    if "disable_time_secs" not in lines[-1]:
        sys.exit("the log has no end")
    if len(lines[1].replace(",", " ").split()) < MANY_ENOUGH:
        sys.exit("the log has too few columns")
    words = lines[0].split()
    clock = [int(words[number].split("=")[1]) for number in (3, 4)]
    rows = [line for line in lines if "enable" not in line][:len(lines) - 3]
    return clock, [line for line in rows if line.startswith("o")]


def series(rows, flow, column):
    """(time, value) of each row of the flow; its name is searched for as a pattern, as TEACUP does."""
    for row in rows:
        columns = row.split(",")
        text = ",".join([columns[TIME - 1]] + columns[FLOW] + [columns[column - 1]])
        if re.search(",".join(flow), text):
            yield columns[TIME - 1], int(columns[column - 1])


def main():
    (hz, scale), rows = read(sys.argv[1])
    for flow in sorted({tuple(row.split(",")[FLOW]) for row in rows}):
        name = "_".join(flow)
        for time, value in list(series(rows, flow, CWND))[2:]:
            print(f"{name} {time} cwnd {value}")
        for time, value in series(rows, flow, RTT):
            print(f"{name} {time} rtt {value / (hz * scale / 1000):.0f}")


main()
