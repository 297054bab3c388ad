"""The invariants of a log that need no capture: the sums of siftr(4), flow list, flow ids, order."""

from collections import defaultdict

FILE_ORDER_US = 1000


def per_direction(run):
    """direction -> (lines, total - skipped) by the run's own footer."""
    footer = run.footer
    counts = {}
    for letter, word in (("i", "inbound"), ("o", "outbound")):
        skipped = sum(footer[f"num_{word}_skipped_pkts_{why}"]
                      for why in ("malloc", "tcpcb", "inpcb"))
        lines = sum(1 for line in run.lines if line.direction == letter)
        counts[letter] = (lines, footer[f"num_{word}_tcp_pkts"] - skipped)
    return counts


def sums(run, ppl=1):
    for letter, (lines, wanted) in per_direction(run).items():
        ok = lines == wanted if ppl == 1 else lines <= wanted
        yield (ok, f"lines = total - skipped, direction {letter}" if ppl == 1 else
               f"no more lines than packets, direction {letter}",
               f"{lines} lines, the footer says {wanted}")


def flow_list(run, ppl=1):
    body, listed = {line.flow for line in run.lines}, set(run.flows)
    ok = body == listed if ppl == 1 else body <= listed
    yield (ok, "the flows of the lines are the flows of the list",
           f"only in lines: {sorted(body - listed)[:5]}, only in the list: "
           f"{sorted(listed - body)[:5]}")


def flow_ids(run):
    flows = defaultdict(set)
    for line in run.lines:
        flows[line.flowid].add(line.flow)
    shared = {flowid: found for flowid, found in flows.items() if len(found) > 1}
    yield not shared, "a flow id names one flow only", f"{list(shared.items())[:3]}"
    types = {line.flowtype for line in run.lines}
    yield len(types) <= 1, "flowtype is constant", f"{types}"


def times(run):
    last, back = {}, []
    for line in run.lines:
        if line.time_us < last.get(line.flowid, 0):
            back.append(f"line {line.number}")
        last[line.flowid] = line.time_us
    yield not back, "times of a flow never go back", ", ".join(back[:5])
    newest, worst = 0, 0
    for line in run.lines:
        worst = max(worst, newest - line.time_us)
        newest = max(newest, line.time_us)
    yield (worst <= FILE_ORDER_US, "the file is in the order of time, within 1 ms",
           f"a line is {worst} us older than an earlier one")
    yield inside_run(run)


def inside_run(run):
    start = int(run.header["enable_time_secs"]) * 10**6 + int(run.header["enable_time_usecs"])
    end = run.footer["disable_time_secs"] * 10**6 + run.footer["disable_time_usecs"]
    outside = [f"line {line.number}" for line in run.lines if not start <= line.time_us <= end]
    return (start <= end and not outside, "every line's time lies between header and footer",
            ", ".join(outside[:5]))


def checks(run, ppl=1):
    """All invariants of one run."""
    yield from sums(run, ppl)
    yield from flow_list(run, ppl)
    yield from flow_ids(run)
    yield from times(run)
