"""Replays the table of a tracer that logs every packet through models of the samplers, flow by flow: a
sampled table beside it must have the same lines.

A row is recognised by all its values but its time and flow id, which are each run's own, and those that
are counted without the socket's lock.
"""

from collections import defaultdict

from judge import field_rows

OWN = ("time", "flowid", "flowtype", "weight", "ppl")
ESTABLISHED = "4"
ZERO_WINDOW_SENT = 0x80000
FIN, RST = 1, 4


def by_flow(text, network="10.0.0."):
    """The rows of each flow of the hosts, in order."""
    flows = defaultdict(list)
    for row in field_rows.parse(text):
        if row["laddr"].startswith(network):
            flows[field_rows.flow_of(row)].append(row)
    return flows


def until_close(flows, connections):
    """The same, but of the `connections` that were opened last what was before they were closed."""
    first = sorted(flows, key=lambda flow: microseconds(flows[flow][0]))
    return {flow: before_close(flows[flow]) if flow in first[-2 * connections:] else flows[flow]
            for flow in flows}


def before_close(rows):
    ends = (number for number, row in enumerate(rows)
            if row["conn_state"] != ESTABLISHED or int(row["tcp_flags"]) & (FIN | RST))
    return rows[:next(ends, len(rows))]


def without_rests(flows):
    """Without the last lines, which are no packets."""
    return {flow: [row for row in rows if row["conn_state"]] for flow, rows in flows.items()}


def wrong_weights(every, sampled):
    found = []
    for flow in sorted(set(every) | set(sampled)):
        weights = sum(int(row["weight"]) for row in sampled.get(flow, []))
        if weights != len(every.get(flow, [])):
            found.append(f"{flow}: {weights} of {len(every.get(flow, []))} packets")
    return found


def values(row):
    """What a row of any tracer has of this packet."""
    return field_rows.values_without(row, OWN)


def microseconds(row):
    seconds, fraction = row["time"].split(".")
    return int(seconds) * 1000000 + int(fraction)


def recovery(row):
    return row["ca_state"], row["tlp_high_seq"] != ""


# Whether --keep NAME keeps a row; `last` is the flow's last line or None.
KEPT = {
    "loss": lambda row, last: (last is None or recovery(row) != recovery(last)
                               or (row["direction"] == "o" and row["is_retransmit"] == "1")),
    "zero-window": lambda row, last: (row["snd_wnd"] == "0"
                                      or int(row["t_flags"]) & ZERO_WINDOW_SENT != 0),
    "open": lambda row, last: last is None and row["conn_state"] == ESTABLISHED,
    "close": lambda row, last: row["conn_state"] != ESTABLISHED,
    "rst": lambda row, last: row["tcp_flags"] != "" and int(row["tcp_flags"]) & RST != 0,
}


def replay(rows, ppl=None, on_change=(), keep=()):
    """The rows of one flow that become lines."""
    last, since, lines = None, 0, []
    for row in rows:
        since += 1
        due = ppl is not None and since >= ppl
        changed = on_change and (last is None or any(row[name] != last[name] for name in on_change))
        if due or changed or any(KEPT[name](row, last) for name in keep):
            last, since = row, 0
            lines.append(row)
    return lines


def differences(every, sampled, **samplers):
    """How the sampled table differs from the replay of the other one, as texts."""
    found = []
    for flow in sorted(set(every) | set(sampled)):
        wanted = [values(row) for row in replay(every.get(flow, []), **samplers)]
        got = [values(row) for row in sampled.get(flow, [])]
        if got != wanted:
            at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b),
                      min(len(got), len(wanted)))
            found.append(f"{flow}: {len(got)} lines for {len(wanted)}, line {at} differs")
    return found


def positions(rows, lines):
    """The position of each line among the rows, of equal rows the one whose time is nearest; None if
    the lines are not some of the rows in order."""
    numbers, at = [], defaultdict(list)
    for number, row in enumerate(rows):
        at[values(row)].append(number)
    for line in lines:
        later = [number for number in at[values(line)] if not numbers or number > numbers[-1]]
        if not later:
            return None
        numbers.append(min(later, key=lambda number: abs(microseconds(rows[number])
                                                         - microseconds(line))))
    return numbers


def strangers(every, sampled):
    """Flows whose lines are not some of the other table's rows in order."""
    return [f"{flow}" for flow, lines in sampled.items()
            if positions(every.get(flow, []), lines) is None]


def early(lines, every_us):
    """Lines that come before the time since the line before has passed."""
    times = [microseconds(line) for line in lines]
    return [after for before, after in zip(times, times[1:]) if after - before < every_us]


def overdue(rows, numbers, every_us, late_us):
    """Rows that have no line although the time had passed for certain. Of a packet that was refused
    it is known that the sampler's clock was not earlier than the packet before in the other table; of
    a line, that it was taken as the last one before the packet after. By so many us as late_us() says
    of two moments the count of ticks, by which the sampler is spared its clock, may have been late."""
    times, found, lines = [microseconds(row) for row in rows], [], set(numbers)
    for number in range(1, len(rows)):
        before = [line for line in numbers if line < number]
        if number in lines or not before or before[-1] + 1 >= number:
            continue
        begin, end = times[before[-1] + 1], times[number - 1]
        if end - begin >= every_us and end - begin - late_us(begin, end) >= every_us:
            found.append(number)
    return found


def every_differences(every, sampled, every_us, late_us):
    found = []
    for flow in sorted(set(every) | set(sampled)):
        rows, lines = every.get(flow, []), sampled.get(flow, [])
        numbers = positions(rows, lines)
        if numbers is None:
            found.append(f"{flow}: not lines of the other table in order")
        elif rows and numbers[:1] != [0]:
            found.append(f"{flow}: the first packet has no line")
        elif early(lines, every_us) or overdue(rows, numbers, every_us, late_us):
            found.append(f"{flow}: early {early(lines, every_us)}, "
                         f"overdue {overdue(rows, numbers, every_us, late_us)}")
    return found
