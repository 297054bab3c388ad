#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Draw how the congestion window of a log's busiest sender went. Usage: plot.py LOG"""

import collections
import sys

WIDTH, HEIGHT = 72, 14


def read_lines(path):
    with open(path, encoding="ascii") as log:
        return [line.rstrip("\n").split(",") for line in log if line[1:2] == ","]


def sender_samples(lines):
    """(time, cwnd, ssthresh or None) of the flow with the most bytes in flight overall."""
    flight = collections.Counter()
    for columns in lines:
        flight[columns[25]] += int(columns[23])
    flowid = flight.most_common(1)[0][0]
    mine = [columns for columns in lines if columns[25] == flowid]
    print("cwnd of {}:{} -> {}:{}, KiB over seconds  (# cwnd, - ssthresh)".format(*mine[0][2:6]))
    return [(float(c[1]), int(c[7]), None if c[6] == "1073725440" else int(c[6])) for c in mine]


def draw(samples):
    start, span = samples[0][0], max(samples[-1][0] - samples[0][0], 1e-6)
    top = max(cwnd for _, cwnd, _ in samples)
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]

    def put(when, value, mark):
        column = min(int((when - start) / span * WIDTH), WIDTH - 1)
        row = HEIGHT - 1 - min(int(value / top * (HEIGHT - 1)), HEIGHT - 1)
        if grid[row][column] != "#":
            grid[row][column] = mark

    for when, cwnd, ssthresh in samples:
        put(when, cwnd, "#")
        if ssthresh is not None:
            put(when, ssthresh, "-")
    for row, cells in enumerate(grid):
        label = "%7.0f" % (top * (HEIGHT - 1 - row) / (HEIGHT - 1) / 1024) if row % 3 == 1 else " " * 7
        print(f"{label} |{''.join(cells)}")
    print(" " * 8 + "+" + "-" * WIDTH)
    print(" " * 8 + f"0{span:>{WIDTH}.2f}")


def main(path):
    lines = read_lines(path)
    if not lines:
        sys.exit(f"{path} has no data line")
    draw(sender_samples(lines))


if __name__ == "__main__":
    main(sys.argv[1])
