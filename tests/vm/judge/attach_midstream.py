"""Judges a run that attaches to live connections: their lines begin with their next packet."""

from judge import column_compare, common, log_invariants, siftrlog, verdict
from judge.pcap import FIN
from judge.packet_match import LINE, order


def packets_since(conn, start_us, ppl):
    """(direction, packet, endpoint before it) of the packets ppl, 2 ppl... after the start."""
    count = 0
    for direction, packet, fate, end in order(conn):
        if fate == LINE and packet.time_us >= start_us:
            count += 1
            if count % ppl == 0:
                yield direction, packet, end.fork()


def differences(conn, lines, wanted):
    if len(lines) != len(wanted):
        yield f"{conn.flow}: {len(lines)} lines, {len(wanted)} wanted"
    for line, (direction, packet, end) in zip(lines, wanted):
        if line.direction != direction:
            yield f"line {line.number}: {line.direction}, should be {packet.describe()}"
            continue
        if direction == "o" and packet.has(FIN):
            end.close()
        for name, got, want in column_compare.compare(line, end, packet):
            yield f"line {line.number}: {name} {got}, packets say {want}"


def checks(result, ppl):
    yield from common.ran_well(result)
    log = siftrlog.parse(result.log_text)
    yield from common.well_formed(log)
    yield from log_invariants.checks(log.run, ppl)
    view = verdict.View(result, log.run, common.ADDRESSES)
    start, groups, wrong, compared = common.run_window(log.run)[0], view.groups(), [], 0
    for flow, conns in view.by_flow().items():
        lines, = groups.get(flow, [[]])
        wanted = list(packets_since(conns[0], start, ppl))
        wrong += differences(conns[0], lines, wanted)
        compared += len(wanted)
    yield (not wrong, f"each flow's lines are its packets {ppl}, {2 * ppl}... since the start",
           "; ".join(wrong[:6]))
    yield compared == len(log.run.lines) > 0, "there is no other line", f"{compared}, {len(log.run.lines)}"
    yield (set(log.run.flows) == set(view.by_flow()), "every live flow is in the list",
           f"{log.run.flows}")
    yield True, f"figures: {compared} lines"
