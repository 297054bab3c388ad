"""The files of a rotated log: each is judged on its own, then all of them as one run."""

from judge import common, log_invariants, program_report, siftrlog
from judge.siftrlog import Log, Run

TIME_KEYS = ("disable_time_secs", "disable_time_usecs")


def checks(result, names):
    """All invariants of a rotated log; `names` are its files, oldest first."""
    logs = [siftrlog.parse(result.text(name)) for name in names]
    wrong = [f"{name}: {error}" for name, log in zip(names, logs) for error in log.errors]
    yield not wrong, "a strict reader accepts every file", "; ".join(wrong[:4])
    counts = [len(log.runs) for log in logs]
    yield counts == [1] * len(names), "each file holds one run", f"{counts}"
    if wrong or counts != [1] * len(names):
        return
    yield from each(names, logs)
    run = joined(logs)
    stderr = result.stderr_text
    for index, letter in enumerate("io"):
        found = sum(1 for line in run.lines if line.direction == letter)
        row = program_report.row(stderr, "lines in the log") or (0, 0)
        yield found == row[index], f"the files hold the lines that are reported, {letter}", (
            f"{found}, reported {row[index]}")
    yield from log_invariants.checks(run)
    log = Log([run])
    verdict = common.verdict_of(result, log)
    yield from common.balance(verdict)


def each(names, logs):
    """One check for each invariant, not for each file."""
    wrong = {}
    for name, log in zip(names, logs):
        for ok, what, *detail in log_invariants.checks(log.run):
            found = wrong.setdefault(what, [])
            if not ok:
                found.append(f"{name}: {detail}")
    for what, found in wrong.items():
        yield not found, f"in each file, {what}", "; ".join(found[:4])
    gaps = [names[index] for index, (one, other) in enumerate(zip(logs, logs[1:]))
            if common.run_window(one.run)[1] != common.run_window(other.run)[0]]
    yield not gaps, "each file begins when the one before ends", f"{gaps[:4]}"


def joined(logs):
    """One run with the lines of all files and the sums of their footers."""
    runs = [log.run for log in logs]
    footer = {key: sum(run.footer[key] for run in runs) for key in runs[0].footer}
    footer.update({key: runs[-1].footer[key] for key in TIME_KEYS})
    flows = sorted({flow for run in runs for flow in run.flows})
    return Run(1, runs[0].header, [line for run in runs for line in run.lines], footer, flows)
