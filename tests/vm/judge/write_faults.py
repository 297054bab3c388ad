"""Judges sessions in which one write failed: files are complete and every packet is accounted for."""

from judge import log_invariants, program_report, siftrlog

TRANSIENT = ("EINTR",)
ERRORS = ("ENOSPC", "EIO", *TRANSIENT)
EXIT_OUTPUT = 4
MALLOC = ("num_inbound_skipped_pkts_malloc", "num_outbound_skipped_pkts_malloc")


def label(fault, number):
    return f"{fault}-{number}"


def gathered(sessions):
    """One check for each invariant, with the sessions that broke it; `sessions` are pairs of a label and
    its checks."""
    wrong = {}
    for name, checks in sessions:
        for ok, what, *detail in checks:
            found = wrong.setdefault(what, [])
            if not ok:
                found.append(f"{name}: {' '.join(map(str, detail))}")
    for what, found in wrong.items():
        yield not found, what, "\n".join(found[:4])


def errors(result):
    writes = result.facts["writes"]
    yield from swept(result, writes)
    cases = [(error, number) for number in range(1, writes + 1) for error in ERRORS]
    yield from gathered([("plain", after_error(result, "plain", None, 0))] +
                        [(label(*case), after_error(result, label(*case), *case))
                         for case in cases])
    missed = [label(*case) for case in cases
              if result.text(f"{label(*case)}/strace.txt").count("(INJECTED)") != 1]
    yield not missed, "every error was injected once", f"{missed}"
    lost = sum(sum(lost_lines(result.text(f"{label(*case)}/tracer.stderr"))) for case in cases)
    yield lost > 0, "errors cost lines", "none was lost anywhere"
    yield True, f"figures: {writes} writes, {len(cases)} errors, {lost} lines lost and counted"


def kills(result):
    writes = result.facts["writes"]
    yield from swept(result, writes)
    names = [label("SIGKILL", number) for number in range(1, writes + 1)]
    yield from gathered((name, after_kill(result, name)) for name in names)
    yield True, f"figures: {writes} writes, {len(names)} kills"


def swept(result, writes):
    """Two headers, two footers and lines at the least are among the writes."""
    text = result.text("plain/strace.txt")
    found = [text.count(f'"{word}') for word in ("enable_time", "disable_time", "i,", "o,")]
    yield (found[:2] == [2, 2] and sum(found) == writes and sum(found[2:]) >= 2,
           "headers, lines and footers are written by calls of their own", f"{found}, {writes}")


def read(result, name, fact):
    return [siftrlog.parse(result.text(f"{name}/{file}")) for file in fact["files"]]


def lost_lines(stderr):
    return program_report.row(stderr, "dropped: write error") or (0, 0)


def complete_files(logs, fact):
    """Every file is one complete run, by the strict reader, `siftr-bpf check` and the invariants."""
    wrong = [error for log in logs for error in log.errors]
    yield not wrong, "a strict reader accepts every file", wrong[:2]
    yield fact["check"]["code"] == 0, "check finds every file good", fact["check"]["output"]
    yield not fact["left"], "no checkpoint is left", fact["left"]
    yield [len(log.runs) for log in logs] == [1] * len(logs), "a file is one run"
    if not wrong:
        for log in logs:
            lost = totals([log], *MALLOC)
            yield from log_invariants.sums(log.run)
            # A flow that had all its lines lost is in the list alone.
            yield from log_invariants.flow_list(log.run, 2 if lost else 1)
            yield from log_invariants.flow_ids(log.run)
            yield from log_invariants.times(log.run)


def totals(logs, *keys):
    return sum(log.run.footer[key] for log in logs for key in keys)


def after_error(result, name, error, number):
    fact, stderr = result.facts[name], result.text(f"{name}/tracer.stderr")
    if number == 1 and error not in TRANSIENT:
        yield fact["exit"] == EXIT_OUTPUT, "no header: refused", fact["exit"], stderr
        yield not fact["files"] and not fact["left"], "no header: no log", fact
        yield "begin the log in" in stderr, "no header: it is reported", stderr
        return
    lost = sum(lost_lines(stderr))
    wanted = 1 if lost else 0
    yield fact["exit"] == wanted, "it ends with 1 when lines were lost, else with 0", fact, stderr
    if error in (None, *TRANSIENT):
        yield lost == 0, "a transient error costs no line", lost
    logs = read(result, name, fact)
    yield len(logs) == 2, "there are two files", fact["files"]
    yield from complete_files(logs, fact)
    if any(log.errors for log in logs):
        return
    lines = sum(len(log.run.lines) for log in logs)
    yield (sum(program_report.row(stderr, "lines in the log") or (0, 0)) == lines,
           "the accounting has the lines of the files", lines, stderr)
    yield program_report.balanced(stderr), "the accounting balances", stderr
    yield totals(logs, *MALLOC) == lost, "the footers count the lost lines", lost, stderr
    total, merged = totals(logs, "total_tcp_pkts"), program_report.merged(stderr) or 0
    # A listener's answer to a SYN has no socket that sends it.
    wanted = fact["packets"] - fact["conversations"]
    yield (total + merged == wanted, "the footers count what nftables counted",
           f"{total} + {merged} merged, nftables {wanted}")
    yield stderr.count("lines are lost") == (error is not None and error not in TRANSIENT), (
        "it is reported once"), stderr


def after_kill(result, name):
    fact = result.facts[name]
    yield fact["exit"] == -9, "it was killed", fact["exit"]
    first, second = fact["repairs"]
    # A run killed at its first write leaves an empty file, which is no good log.
    wanted = int(any(not result.text(f"{name}/{file}") for file in fact["files"]))
    yield first["code"] == wanted, f"repair ends with {wanted}", first
    yield (second["code"] == wanted and second["texts"] == first["texts"],
           "a second repair changes nothing", second)
    for file in fact["files"]:
        before = result.text(f"{name}/{file}.killed")
        kept = before[:before.rfind("\n") + 1]
        yield result.text(f"{name}/{file}").startswith(kept), "every complete line stays", file
        yield kept == before, "no line is truncated", before[-80:]
    logs = read(result, name, fact)
    if not logs:
        return
    yield from complete_files(logs, fact)
    if any(log.errors for log in logs):
        return
    total = totals(logs, "total_tcp_pkts")
    yield total <= fact["packets"], "no packet is made up", total, fact["packets"]
