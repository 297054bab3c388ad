"""What scenarios ask of the judge, each in one call that yields TAP checks: (ok, what, detail)."""

from judge import column_tally, log_invariants, pcap, program_report, siftrlog, ss_compare
from judge.verdict import Verdict

ADDRESSES = {"a": ("10.0.0.1", "fd00::1"), "b": ("10.0.0.2", "fd00::2")}
# The pair of hosts that a scenario may build in addition to the bed's own.
EXTRA = {"c": ADDRESSES["a"], "d": ADDRESSES["b"]}
SHOWN = 4
FILTER_ROWS = ("other ports", "other version of IP", "other addresses")


def ran_well(result, exit_code=0):
    """Traffic and tracer ended as planned."""
    yield not result.error, "the traffic ran", str(result.error)
    yield (result.exit_code == exit_code, f"the tracer ended with {exit_code}",
           f"exit {result.exit_code}: {result.stderr_text[-400:]}")


def well_formed(log, runs=1):
    yield not log.errors, "a strict reader accepts the log", "; ".join(log.errors[:SHOWN])
    complete = [run for run in log.runs if run.footer and run.header]
    yield (len(complete) == runs == len(log.runs), f"the log holds {runs} complete run(s)",
           f"{len(log.runs)} runs, {len(complete)} complete")


def balance(verdict):
    """Every captured packet is a line or is counted in the accounting."""
    for letter, counts in verdict.tally().items():
        yield from balance_direction(verdict, letter, counts)
    left = [f"{conn.host} {packet.describe()}" for conn, path in verdict.replays
            for _, packet in path.rest]
    yield not left, "no connection has a packet without its line", "; ".join(left[:SHOWN])
    yield (not verdict.strangers, "no line without a captured connection",
           f"{[line.number for line in verdict.strangers[:SHOWN]]}")
    if verdict.window is None:
        yield merged_by_all([verdict])
    reported = program_report.merged(verdict.result.stderr_text)
    found = sum(verdict.merged(host) for host in verdict.hosts)
    yield (reported in (None, found), "the accounting has the number of merged packets",
           f"reported {reported}, found {found}")
    if verdict.window is None:
        counted = {host: verdict.result.nftables(host) for host in verdict.hosts}
        captured = {host: verdict.wire(host) for host in verdict.hosts}
        yield (counted == captured, "nftables counted the packets that were captured",
               f"nftables {counted}, captures {captured}")
    yield program_report.balanced(verdict.result.stderr_text), "the program's own accounting balances", (
        verdict.result.stderr_text[-600:])
    yield figures(verdict)


def merged_by_all(verdicts):
    """The check that the packets merged in the runs of a capture, one verdict each, are those that the
    kernel counted, which does so for all of them together. Packets merged beyond those belong to
    connections of other ports, which have no lines. In the capture a packet that a hook has missed looks
    like one that was merged with the next, so that as many more may be found as the program says."""
    first = verdicts[0]
    merged = {host: sum(one.merged(host) for one in verdicts) for host in first.hosts}
    wanted = {host: first.budgets[host].merged for host in first.hosts}
    # Views of several files of one run have the same result, with the same messages.
    missed = sum({id(one.result): one.missed("i") for one in verdicts}.values())
    found, counted = sum(merged.values()), sum(wanted.values()) - first.strayed()
    return (counted <= found <= counted + missed and
            all(merged[host] <= wanted[host] + missed for host in wanted),
            "merged packets are those the kernel counted as coalesced",
            f"found {merged}, nstat {wanted}, {missed} inbound packets missed")


def balance_direction(verdict, letter, counts):
    word = {"i": "inbound", "o": "outbound"}[letter]
    yield (counts["unexplained"] == 0, f"every {word} packet of the captures is accounted for",
           f"{counts['unexplained']} unexplained: {counts}")
    yield (0 <= counts["missed"] <= verdict.missed(letter),
           f"{word} packets without a line are those reported missed or lost",
           f"found {counts['missed']}, reported {verdict.missed(letter)}: {counts}")
    yield (counts["tcpcb"] - counts["listener"] in
           (counts["skipped"], counts["skipped"] - counts["missed"]),
           f"{word} packets skipped for their state are those of the captures",
           f"footer {counts['tcpcb']}, captures {counts['skipped']} + {counts['listener']}")
    yield (counts["inpcb"] in (counts["socketless"], counts["socketless"] - counts["missed"]),
           f"{word} packets without a socket are those of time-wait sockets, and late ones",
           f"footer {counts['inpcb']}, captures {counts['tw']} + {counts['late']} + "
           f"{counts['gone']}")
    yield from late(verdict, letter, counts, word)
    if verdict.port is not None:
        rows = [program_report.row(verdict.result.stderr_text, name) or (0, 0)
                for name in FILTER_ROWS]
        found = sum(row["io".index(letter)] for row in rows)
        yield (found == verdict.filtered(letter),
               f"{word} packets of other connections are counted as such",
               f"reported {found}, captures {verdict.filtered(letter)}")


def late(verdict, letter, counts, word):
    """Once close() has replaced the full socket by a time-wait socket, no capture shows which of the
    two a packet met."""
    row = program_report.row(verdict.result.stderr_text, "late, no such") or (0, 0)
    row = row["io".index(letter)]
    low = (counts["socketless"] - counts["tw"] - counts["late"] - counts["alone"] -
           counts["missed"])
    yield (max(low, 0) <= row <= counts["gone"] + counts["late"] + counts["alone"],
           f"{word} packets of connections that are gone are counted as late",
           f"reported {row}, captures {counts['gone']} + {counts['late']}")


def figures(verdict):
    parts = []
    for letter, counts in verdict.tally().items():
        parts.append(f"{letter}: captured {counts['captured']} lines {counts['lines']} skipped "
                     f"{counts['tcpcb'] + counts['inpcb']} unseen {counts['unseen']} merged "
                     f"{counts['merged']} missed {counts['missed']} lost {counts['malloc']} "
                     f"unexplained {counts['unexplained']}")
    return True, f"figures: {'; '.join(parts)}"


def agree(verdict, early=None):
    """Every column that packets determine agrees on every line. `early`: how many lines may show a
    close before the FIN, which is sent after queued data."""
    columns = verdict.columns()
    column_tally.add_columns(columns)
    for name, (count, wrong) in sorted(columns.items()):
        shown = [f"line {line.number} {line.direction} {line.flow}: {got}, packets say {want}"
                 for _, got, want, line, _ in wrong[:SHOWN]]
        yield (not wrong, f"{name} agrees with the capture" if name != "replay" else
               "the replay is where the stack was",
               f"{len(wrong)} of {count} differ: " + "; ".join(shown))
    if early is not None:
        yield (verdict.early() <= early, "the state changes when the FIN is sent",
               f"{verdict.early()} lines show it earlier")


def verdict_of(result, log, port=None, hosts=None, cut=False):
    return Verdict(result, log.run, hosts or ADDRESSES, port, cut=cut)


def complete_run(result, port=None, early=0, exit_code=0, hosts=None):
    """The standard judgement of a run at one line per packet."""
    yield from ran_well(result, exit_code)
    log = siftrlog.parse(result.log_text)
    yield from well_formed(log)
    if not log.run or not log.run.footer or not log.run.header:
        return
    yield from log_invariants.checks(log.run)
    verdict = verdict_of(result, log, port, hosts)
    yield from balance(verdict)
    yield from agree(verdict, early)


def states(result, flow):
    """The states a flow's lines go through, each named once per stay."""
    log = siftrlog.parse(result.log_text)
    found = []
    for line in log.run.lines if log.run else []:
        if line.flow == flow and (not found or found[-1] != line.conn_state):
            found.append(line.conn_state)
    return found


def at_quiet(result, label, sockets=2, hosts="ab"):
    """cwnd, ssthresh, srtt, rto and buffers agree with the snapshot of ss."""
    log = siftrlog.parse(result.log_text)
    compared, wrong = set(), []
    for host in hosts:
        text = (result.dir / f"ss-{label}-{host}.txt").read_text()
        for flow, column, got, want in ss_compare.agree(log.run.lines, text,
                                                        result.facts[f"quiet-{label}"]):
            compared.add(flow)
            if column:
                column_tally.add(column, column_tally.SS, 1, got != want)
            if got != want or column is None:
                wrong.append(f"{flow} {column}: line {got}, ss {want}")
    yield (len(compared) == sockets, f"ss shows {sockets} sockets at {label}", f"{compared}")
    yield not wrong, f"kernel values agree with ss at {label}", "; ".join(wrong[:8])


def packets(result, hosts=ADDRESSES):
    """All packets captured by these hosts."""
    return [packet for host in hosts for packet in pcap.read(result.pcap(host))]


def run_window(run):
    """(enable, disable) in microseconds."""
    header, footer = run.header, run.footer
    return (int(header["enable_time_secs"]) * 10**6 + int(header["enable_time_usecs"]),
            footer["disable_time_secs"] * 10**6 + footer["disable_time_usecs"])


def cut_short(result):
    """A run that ended under traffic: its lines are exactly the packets up to its end."""
    yield from ran_well(result)
    log = siftrlog.parse(result.log_text)
    yield from well_formed(log)
    if not log.run or not log.run.footer or not log.run.header:
        return
    yield from log_invariants.checks(log.run)
    verdict = verdict_of(result, log, cut=True)
    yield from agree(verdict)
    late = verdict.late(max((line.time_us for line in log.run.lines), default=0))
    yield (not late, "packets without a line came after the last one",
           "; ".join(packet.describe() for packet in late[:SHOWN]))
    for letter in "io":
        lost = sum(path.lost(letter) for _, path in verdict.replays)
        limit = verdict.missed(letter) + verdict.malloc(letter)
        yield (lost <= limit, f"no more packets lack their line than reported, {letter}",
               f"{lost}, reported {limit}")
    merged = sum(path.merged for _, path in verdict.replays)
    yield True, (f"figures: captured {verdict.captured('i') + verdict.captured('o')} lines "
                 f"{len(log.run.lines)} merged {merged} missed {verdict.missed('i')} "
                 f"{verdict.missed('o')} unexplained before the end {len(late)}")
