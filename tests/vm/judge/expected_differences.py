"""The standard judgement of a run in which the kernel does something that no packet shows. The
disagreements that this explains are removed and counted, and the rest is judged."""

from judge import column_tally, common, log_invariants, siftrlog


def complete_run(result, hosts, explain):
    """`explain(result, verdict, columns)` returns (columns left to judge, checks of its own)."""
    yield from common.ran_well(result)
    log = siftrlog.parse(result.log_text)
    yield from common.well_formed(log)
    yield from log_invariants.checks(log.run)
    verdict = common.verdict_of(result, log, hosts=hosts)
    yield from common.balance(verdict)
    found = verdict.columns()
    column_tally.add_columns(found)
    columns, own = explain(result, verdict, found)
    yield from own
    for name, (compared, wrong) in sorted(columns.items()):
        shown = [f"line {line.number} {line.direction}: {got}, packets say {want}"
                 for _, got, want, line, _ in wrong[:4]]
        yield not wrong, f"{name} agrees with the capture", (
            f"{len(wrong)} of {compared} differ: " + "; ".join(shown))


def mptcp_windows(result, verdict, columns):
    """An MPTCP connection has one window for all subflows. Linux raises snd_wnd of a subflow to it
    when it sends, and counts that. It raises rcv_wnd after rounding it, so that the header, which
    holds units of the window scale, offers up to one unit less."""
    raised = {address for host, addresses in verdict.hosts.items() for address in addresses
              if result.nstat(host).get("MPTcpExtSndWndShared", 0)}
    left, notes = dict(columns), []
    for name, allowed in (
            ("rcv_wnd", lambda got, want, line: 0 < got - want < 1 << line.rcv_scale),
            ("snd_wnd", lambda got, want, line: got > want and line.laddr in raised)):
        count, wrong = columns[name]
        rest = [one for one in wrong if not allowed(*one[1:4])]
        left[name] = (count, rest)
        notes.append((True, f"figures: {len(wrong) - len(rest)} lines show a {name} of all "
                      "subflows"))
    return left, notes
