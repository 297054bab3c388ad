#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Draw how the congestion window of a log's busiest sender went: on the terminal, and with SVG as a picture.
Usage: plot.py LOG [SVG]"""

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


def steps(points, span, top):
    """The path of a curve; a new point only where it moves by half a unit of the picture."""
    last, path = None, []
    for when, value in points:
        x, y = 60 + when / span * 620, 220 - value / top * 190
        if last is None or abs(x - last[0]) >= 0.5 or abs(y - last[1]) >= 2:
            path.append(f"{x:.1f},{y:.1f}")
            last = x, y
    return " ".join(path)


def write_svg(samples, path):
    """cwnd and ssthresh over time, in colours that can be read on white and on black."""
    start, span = samples[0][0], max(samples[-1][0] - samples[0][0], 1e-6)
    top = max(cwnd for _, cwnd, _ in samples)
    cwnd = steps([(when - start, value) for when, value, _ in samples], span, top)
    ssthresh = steps([(when - start, min(value, top)) for when, _, value in samples if value], span, top)
    labels = "".join(f'<text x="54" y="{224 - part * 190 / 2:.0f}" text-anchor="end">{top * part / 2048:.0f}</text>'
                     for part in range(3))
    labels += "".join(f'<text x="{60 + part * 155}" y="240" text-anchor="middle">{span * part / 4:.1f}</text>'
                      for part in range(5))
    with open(path, "w", encoding="utf-8") as svg:
        svg.write(f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 262" font-family="sans-serif" font-size="12">
<title>Congestion window and slow start threshold of a transfer with loss</title>
<g fill="#808080">{labels}<text x="370" y="257" text-anchor="middle">seconds</text>
<text x="54" y="14" text-anchor="end">KiB</text></g>
<path d="M60 20V220H680" fill="none" stroke="#808080"/>
<polyline points="{ssthresh}" fill="none" stroke="#e07b00" stroke-width="1.5" stroke-dasharray="5 3"/>
<polyline points="{cwnd}" fill="none" stroke="#2f81f7" stroke-width="1.5"/>
<text x="560" y="16" fill="#2f81f7">cwnd</text><text x="610" y="16" fill="#e07b00">ssthresh</text>
</svg>
""")


def main(path, picture=None):
    lines = read_lines(path)
    if not lines:
        sys.exit(f"{path} has no data line")
    samples = sender_samples(lines)
    draw(samples)
    if picture:
        write_svg(samples, picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
