"""Judges sessions in which one write went wrong: the files are whole, and all is accounted for."""

from judge import log_invariants, program_report, siftrlog

TRANSIENT = ("EINTR",)
ERRORS = ("ENOSPC", "EIO", *TRANSIENT)
EXIT_OUTPUT = 4
MALLOC = ("num_inbound_skipped_pkts_malloc", "num_outbound_skipped_pkts_malloc")


def label(fault, number):
    return f"{fault}-{number}"


def gathered(sessions):
    """One check for each promise, with the sessions that broke it; `sessions` are pairs of a
    label and its checks."""
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


def lost_lines(said):
    return program_report.row(said, "dropped: write error") or (0, 0)


def whole(logs, fact):
    """Every file is one whole run, by three judges."""
    wrong = [error for log in logs for error in log.errors]
    yield not wrong, "a strict reader accepts every file", wrong[:2]
    yield fact["check"]["code"] == 0, "check finds every file good", fact["check"]["said"]
    yield not fact["left"], "no checkpoint stays behind", fact["left"]
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
    fact, said = result.facts[name], result.text(f"{name}/tracer.stderr")
    if number == 1 and error not in TRANSIENT:
        yield fact["exit"] == EXIT_OUTPUT, "no header: refused", fact["exit"], said
        yield not fact["files"] and not fact["left"], "no header: no log", fact
        yield "begin the log in" in said, "no header: it says so", said
        return
    lost = sum(lost_lines(said))
    wanted = 1 if lost else 0
    yield fact["exit"] == wanted, "it ends with 1 when lines were lost, else with 0", fact, said
    if error in (None, *TRANSIENT):
        yield lost == 0, "what passes by itself costs no line", lost
    logs = read(result, name, fact)
    yield len(logs) == 2, "there are two files", fact["files"]
    yield from whole(logs, fact)
    if any(log.errors for log in logs):
        return
    lines = sum(len(log.run.lines) for log in logs)
    yield (sum(program_report.row(said, "lines in the log") or (0, 0)) == lines,
           "the books count the lines of the files", lines, said)
    yield program_report.balanced(said), "the books balance", said
    yield totals(logs, *MALLOC) == lost, "the footers count the lost lines", lost, said
    total, merged = totals(logs, "total_tcp_pkts"), program_report.merged(said) or 0
    # A listener's answer to a SYN has no socket that sends it.
    wanted = fact["packets"] - fact["conversations"]
    yield (total + merged == wanted, "the footers count what nftables counted",
           f"{total} + {merged} merged, nftables {wanted}")
    yield said.count("lines are lost") == (error is not None and error not in TRANSIENT), (
        "it is said once"), said


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
        yield result.text(f"{name}/{file}").startswith(kept), "every whole line stays", file
        yield kept == before, "no line is torn", before[-80:]
    logs = read(result, name, fact)
    if not logs:
        return
    yield from whole(logs, fact)
    if any(log.errors for log in logs):
        return
    total = totals(logs, "total_tcp_pkts")
    yield total <= fact["packets"], "no packet is made up", total, fact["packets"]
