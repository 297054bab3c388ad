"""Counts, over all scenarios of a run, how often each column and captured field agreed with an
independent source: the captured packets, ss, the socket's memory in the kernel, what sockets and files
tell of the host, the kernel's counters, or the events that a scenario caused."""

import json
from collections import defaultdict
from pathlib import Path

CAPTURE, SS, EVENTS = "captures", "ss", "events"
MEMORY, HOST, COUNTERS = "memory", "host", "nstat"

# (column, oracle) -> [records compared, records that agree]
_tally = defaultdict(lambda: [0, 0])


def add(column, oracle, compared, differ=0):
    """Adds `compared` records, of which `differ` disagree."""
    counts = _tally[column, oracle]
    counts[0] += compared
    counts[1] += compared - differ


def agree(column, oracle, got, want, records=1):
    """Whether two values agree, which counts as `records` records."""
    add(column, oracle, records, 0 if got == want else records)
    return got == want


def add_columns(columns):
    """What Verdict.columns() found: column -> (records compared, disagreements)."""
    for name, (count, wrong) in columns.items():
        if name != "replay":
            add(name, CAPTURE, count, len(wrong))


def table():
    """The lines of the table, one for each column and oracle."""
    if not _tally:
        return
    yield f"{'column':<28} {'oracle':<9} {'compared':>9} {'agree':>9}    share"
    for (column, oracle), (compared, agree) in sorted(_tally.items()):
        share = f"{100 * agree / compared:8.3f}%" if compared else "        -"
        yield f"{column:<28} {oracle:<9} {compared:>9} {agree:>9} {share}"


def save(directory):
    """For tests/vm/agreement, which compares several runs."""
    rows = [[column, oracle, *counts] for (column, oracle), counts in sorted(_tally.items())]
    (Path(directory) / "agreement.json").write_text(json.dumps(rows))


def load(directory):
    """(column, oracle) -> (compared, agree) of a run that has ended."""
    rows = json.loads((Path(directory) / "agreement.json").read_text())
    return {(column, oracle): (compared, agree) for column, oracle, compared, agree in rows}
