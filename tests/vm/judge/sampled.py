"""Judges a log at N packets per line: its lines are each flow's packets N, 2N, 3N and no others."""

from judge import column_compare, common, log_invariants, siftrlog, verdict
from judge.packet_match import LINE, order


def chosen(conn, ppl):
    """(direction, packet, endpoint before it) of the packets N, 2N, 3N... that may be lines."""
    count = 0
    for direction, packet, fate, end in order(conn):
        if fate == LINE:
            count += 1
            if count % ppl == 0:
                yield direction, packet, end.fork()


def judge_flow(conn, lines, ppl):
    """The differences of one flow's lines, as text."""
    wanted = list(chosen(conn, ppl))
    if len(wanted) != len(lines):
        yield f"{conn.flow}: {len(lines)} lines, {len(wanted)} wanted"
    for line, (direction, packet, end) in zip(lines, wanted):
        if line.direction != direction:
            yield f"line {line.number}: {line.direction}, should be {packet.describe()}"
            continue
        if column_compare.is_early_close(line, end, conn.closes):
            end.close()
        for name, got, want in column_compare.compare(line, end, packet):
            yield f"line {line.number}: {name} {got}, packets say {want}"


def expected_total(view):
    """direction -> packets the footer must count: lines, sampled and skipped ones."""
    counts = {"i": 0, "o": 0}
    for conn in view.traced:
        for direction, _, fate, _ in order(conn):
            counts[direction] += fate in (LINE, "skipped", "tw")
    return counts


def totals(view, run):
    """The footer counts every packet but those that no hook saw."""
    total, result = expected_total(view), view.result
    unseen = {"i": result.missed("i") + view.coalesced(), "o": result.missed("o")}
    for way, word in (("i", "inbound"), ("o", "outbound")):
        found = run.footer[f"num_{word}_tcp_pkts"]
        yield (found + unseen[way] == total[way],
               f"the footer counts every {word} packet, logged or not",
               f"footer {found}, captures {total[way]}, suppressed or merged {unseen[way]}")


def checks(result, ppl, hosts=None):
    yield from common.ran_well(result)
    log = siftrlog.parse(result.log_text)
    yield from common.well_formed(log)
    yield from log_invariants.checks(log.run, ppl)
    view = verdict.View(result, log.run, hosts or common.ADDRESSES)
    missed, merged = result.missed("i") + result.missed("o"), view.coalesced()
    if missed or merged:
        # Which packets these were is not known, and so neither which later packets have lines.
        yield None, "lines are each flow's packets N, 2N, 3N", (
            f"{missed} runs were suppressed, {merged} packets merged")
        yield from totals(view, log.run)
        return
    wrong, compared, all_groups = [], 0, view.groups()
    for flow, conns in view.by_flow().items():
        groups = all_groups.get(flow, [])
        for conn, lines in zip(conns, groups + [[]] * len(conns)):
            wrong += judge_flow(conn, lines, ppl)
            compared += len(lines)
    yield not wrong, f"lines are each flow's packets {ppl}, {2 * ppl}, ...", "; ".join(wrong[:6])
    yield compared == len(log.run.lines), "no line of an unknown flow", ""
    yield from totals(view, log.run)
    yield (set(log.run.flows) == set(view.by_flow()), "every flow seen is in the list",
           f"{sorted(set(log.run.flows) ^ set(view.by_flow()))[:4]}")
    yield True, (f"figures: captured {view.captured('i') + view.captured('o')} counted "
                 f"{log.run.footer['total_tcp_pkts']} lines {compared}")
