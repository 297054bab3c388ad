"""The gallery of slow connections: `siftr-bpf why` names the cause of each, and how its segments came to be
sent again is what the kernel counted."""

import csv
import re
import subprocess
from collections import defaultdict

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from judge import common, field_rows, program_report, sent_again
from scenarios import gallery_paths, pathologies, talk

ONE_KERNEL = True

TABLE = "log.csv"
COLUMNS = "columns.log"  # the same without captured fields
TITLE = re.compile(r": ([\d.]+\w+) from [\d-]+ [\d:.]+ UTC$", re.MULTILINE)
OWN_COUNT = re.compile(r"  (.*) by the kernel's own count: ([\d.]+\w+), here ([\d.]+\w+)")
TICKS_SECONDS = 0.02
# What the kernel counts of each host, and the column of `flows` whose sum it is.
COUNTED = {
    "retransmissions": ("TcpRetransSegs",),
    "timeouts": ("TcpExtTCPTimeouts",),
    "probes": ("TcpExtTCPLossProbes",),
    "retransmitted_fast": ("TcpExtTCPFastRetrans",),
    "retransmitted_after_timeout": ("TcpExtTCPSlowStartRetrans",),
    "undos": ("TcpExtTCPFullUndo", "TcpExtTCPPartialUndo", "TcpExtTCPDSACKUndo", "TcpExtTCPLossUndo"),
    "retransmitted_in_vain": ("TcpExtTCPDSACKRecvSegs",),
    "marked": ("TcpExtTCPDeliveredCE",),
}


@scenario
class Gallery(Scenario):
    name = "why_names_what_made_each_connection_slow"
    tracer = None
    timeout = 120

    def traffic(self, bed):
        tracer = bed.start_tracer(["--format", "csv", "--fields", "+answers"], log=TABLE)
        gallery_paths.build(bed)
        workers = [talk.Worker(pathology.run, bed, port)
                   for port, pathology in pathologies.BY_PORT.items()]
        for worker in workers:
            worker.result()
        bed.settle()
        tracer.stop()
        commands = {"flows": ("flows", "--format", "csv", TABLE), "why": ("why", "--events", TABLE),
                    "columns": ("convert", "--to", "siftr", "-o", COLUMNS, TABLE),
                    "unsure": ("why", COLUMNS)}
        for fact, command in commands.items():
            done = subprocess.run([PROGRAM, *command], cwd=bed.dir, text=True, capture_output=True)
            bed.note(fact, [done.returncode, done.stdout, done.stderr[-2000:]])
        bed.note("dropped", gallery_paths.dropped(bed))

    def judge(self, result):
        yield from common.ran_well(result)
        code, table, stderr = result.facts["flows"]
        flows = list(csv.DictReader(table.splitlines()))
        yield (code == 0 and len(flows) == 2 * len(pathologies.BY_PORT),
               "flows finds both ends of each connection", table + stderr)
        yield from ledgers(flows)
        yield from counters(flows, result)
        code, text, stderr = result.facts["why"]
        yield code == 0, "why ends with 0", stderr
        for port, pathology in pathologies.BY_PORT.items():
            yield from named(text, port, pathology, result)
        yield from retransmitted(text, result)
        code, text, stderr = result.facts["unsure"]
        yield code == 0, "why ends with 0 where only SIFTR's columns are known", stderr
        for port, pathology in pathologies.BY_PORT.items():
            yield from unsure(text, port, pathology)


def ledgers(flows):
    for role in ("send", "receive"):
        sums = [sum(int(flow[name]) for name in flow if name.startswith(role + "_") and name.endswith("_us"))
                for flow in flows]
        durations = [int(flow["duration_us"]) for flow in flows]
        yield (sums == durations, f"the {role} ledgers add up to the durations", f"{sums}, {durations}")


def counters(flows, result):
    """What nstat has of A is the sum over the flows there, but for packets whose hooks were suppressed.
    Segments of a handshake that are sent again have no line."""
    nstat = result.nstat("a")
    missed = sum(program_report.missed(result.stderr_text, letter) for letter in "io")
    for name in ("TcpExtTCPTimeouts", "TcpRetransSegs"):
        nstat[name] -= nstat["TcpExtTCPSynRetrans"]
    ours = [flow for flow in flows if int(flow["fport"]) in pathologies.BY_PORT]
    for column, names in COUNTED.items():
        known = [nstat[name] for name in names if name in nstat]
        found = sum(int(flow[column]) for flow in ours)
        yield (not known or abs(found - sum(known)) <= missed, f"{column} are the {sum(known)} that the kernel counted",
               f"{found}, nstat {known}, missed {missed}")


def retransmitted(text, result):
    """What each host sent again is in its capture, in the rows and in the events."""
    parts = {part.partition(", flow")[0].strip(): part for part in text.split("\n\n")}
    rows = defaultdict(list)
    for row in field_rows.parse(result.text(TABLE)):
        rows[field_rows.flow_of(row)].append(row)
    missed = program_report.missed(result.stderr_text, "o")
    for host, own in (("a", ("10.0.0.1",)), ("b", ("10.0.0.2", gallery_paths.ECN_ADDRESS))):
        for flow, ways in field_rows.Ways(result.pcap(host), own).of.items():
            laddr, lport, faddr, fport = flow
            kind = type(pathologies.BY_PORT[min(lport, fport)]).__name__
            part = parts.get(f"{laddr}:{lport} > {faddr}:{fport}", "")
            dropped = result.facts["dropped"].get(str(fport), 0)
            for ok, what, detail in sent_again.compare(ways["o"], rows[flow], part, missed, dropped):
                yield ok, f"{kind}, host {host}: {what}", detail


def named(text, port, pathology, result):
    """What is said of the connection's sender and receiver."""
    kind = type(pathology).__name__
    parts = text.split("\n\n")
    sender = next((part for part in parts if f":{port}, flow" in part), "")
    receiver = next((part for part in parts if f":{port} > " in part), "")
    yield pathology.says in sender, f"{kind}: why says: {pathology.says}", sender
    yield pathology.hears in receiver, f"{kind}: why says: {pathology.hears}", receiver
    yield "Without --fields" not in sender + receiver, f"{kind}: why lacks no field", sender + receiver
    if pathology.never:
        yield pathology.never not in sender, f"{kind}: why does not say: {pathology.never}", sender
    if pathology.counted:
        count = f"{pathology.counted} by the kernel's own count: "
        yield count in sender, f"{kind}: why says: {count}", sender
    yield from kernels_count(kind, sender, result)


def unsure(text, port, pathology):
    if not pathology.unsure:
        return
    kind = type(pathology).__name__
    sender = next((part for part in text.split("\n\n") if f":{port}, flow" in part), "")
    yield pathology.unsure in sender, f"{kind}: SIFTR's columns say: {pathology.unsure}", sender
    if pathology.unsure != pathology.says:
        yield "cannot tell which" in sender, f"{kind}: why says that they cannot tell more", sender


def kernels_count(kind, part, result):
    """The ledger agrees with it, but for a kernel that the host stops between a packet and what it counts."""
    begin, end = moments(part)
    for what, kernel, here in ((found[1], in_seconds(found[2]), in_seconds(found[3]))
                               for found in OWN_COUNT.finditer(part)):
        allowed = max(TICKS_SECONDS, kernel / 50) + result.held_up(begin, end)
        yield (abs(kernel - here) <= allowed, f"{kind}: {what} by the kernel's count and the ledger's",
               f"{kernel} s, {here} s, allowed {allowed:.3f} s")


def moments(part):
    found = TITLE.search(part)
    begin = sent_again.begin_us(part) / 1e6
    return begin, begin + (in_seconds(found[1]) if found else 0)


def in_seconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1}[unit]
