"""The flight recorder: accidents among healthy connections, compared with a full log beside it."""

import json
import re
import socket
import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common, field_rows, flight_recorder, log_invariants, program_report, siftrlog
from scenarios import closing, competing, controlling, talk

FIELDS = ("--strict", "--format", "csv", "--fields", "+packet,order,loss,probe")
BEFORE, AFTER = 40, 20
HEALTHY, FIRST_HEALTHY = 200, 1000
BLACKOUT, ONE_LOST, STOPPED, RESET = 81, 82, 83, 84
BY_HAND = (85, 86, 87)
TABLE = "inet accidents"
RULES = """
table inet accidents {{
    chain received {{
        type filter hook input priority -1;
        {rule} drop
    }}
}}
"""
RETRANSMITTED = "TcpRetransSegs"
ALL_TRIGGERS = ("rto,retransmit,retransmits:2/1s,recovery,zero-window,stall:60s,rst,srtt:60s,"
                "srtt:1000000000x,cwnd:2")


def drop(host, rule):
    """`host` drops the packets that come and match, until restore()."""
    host.run(["nft", "-f", "-"], input=RULES.format(rule=rule), check=True)


def restore(host):
    host.run(["nft", f"delete table {TABLE}"], check=True)


def written(pid):
    """Bytes and system calls of a process's writes."""
    return [int(number) for number in re.findall(r"(?:wchar|syscw): (\d+)", Path(f"/proc/{pid}/io").read_text())]


def counts(bed):
    """What went wrong so far, on both hosts."""
    return [host.nstat()[key] for host in bed.hosts
            for key in (RETRANSMITTED, "TcpOutRsts", "TcpExtTCPToZeroWindowAdv")]


def memory_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def talk_a_while(ends, rounds=4):
    for _ in range(rounds):
        talk.exchange(*ends)


def black_out(bed, ends):
    """No packet of the connection arrives for a few timeouts."""
    talk_a_while(ends, 10)
    before = bed.a.nstat()[RETRANSMITTED]
    drop(bed.b, f"tcp dport {BLACKOUT}")
    ends[0].sendall(b"q" * 300)
    wait_for(lambda: bed.a.nstat()[RETRANSMITTED] >= before + 3, "three retransmissions")
    restore(bed.b)
    talk.read_exactly(ends[1], 300)
    talk_a_while(ends, 10)


def lose_one(bed, ends):
    """One segment is lost, and those after it arrive."""
    talk_a_while(ends, 10)
    drop(bed.b, f"tcp dport {ONE_LOST}")
    ends[0].sendall(b"q" * 300)
    restore(bed.b)
    ends[0].sendall(b"q" * 300)
    talk.read_exactly(ends[1], 600)
    talk_a_while(ends, 10)


def stop_reading(bed, ends):
    """The reader lets its window close."""
    talk_a_while(ends, 10)
    worker = talk.Worker(talk.send_bulk, ends[0], 400000)
    wait_for(lambda: bed.b.nstat()["TcpExtTCPToZeroWindowAdv"], "a closed window")
    talk.read_exactly(ends[1], 400000)
    worker.result()


def reset(_bed, ends):
    talk_a_while(ends, 10)
    closing.reset(ends[0])


@scenario
class Accidents(Scenario):
    name = "the_flight_recorder_logs_the_accidents_and_nothing_else"
    tracer_args = (*FIELDS, "--trigger", ",".join(flight_recorder.TRIGGERS), "--before", BEFORE,
                   "--after", AFTER)
    timeout = 240

    def traffic(self, bed):
        recorder = bed.tracer
        bed.start_tracer(FIELDS, log="full.csv")
        listener = bed.b.listen(FIRST_HEALTHY)
        healthy = [talk.open_pair(bed, port=FIRST_HEALTHY, listener=listener) for _ in range(HEALTHY)]
        before, lines = written(recorder.pid), len(recorder.lines())
        for ends in healthy:
            talk_a_while(ends)
        time.sleep(0.5)
        bed.note("quiet", [before, written(recorder.pid), lines, len(recorder.lines())])
        for port, happen in ((BLACKOUT, black_out), (ONE_LOST, lose_one), (STOPPED, stop_reading),
                             (RESET, reset)):
            own = bed.b.listen(port)
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            ends = talk.open_pair(bed, port=port, listener=own)
            happen(bed, ends)
            for one, two in zip(healthy[:20], healthy[20:40]):
                talk_a_while(one, 1)
                talk_a_while(two, 1)
            if port != RESET:
                talk.close_in_order(*ends)

    def judge(self, result):
        stderr = result.stderr_text, result.text("tracer-2.stderr")
        missed = [sum(program_report.missed(text, way) for way in "io") for text in stderr]
        yield from common.ran_well(result, exit_code=5 if missed[0] else 0)
        rows, full = field_rows.parse(result.log_text), field_rows.parse(result.text("full.csv"))
        before, after, lines, lines_after = result.facts["quiet"]
        yield (before == after or lines_after > lines, "nothing is written while all is well",
               f"bytes and calls: {before}, then {after}")
        expected = flight_recorder.replay(full, BEFORE, AFTER)
        yield from flight_recorder.compare(rows, expected, sum(missed))
        ports = {port for flow in expected for port in (flow[1], flow[3])}
        for port in (BLACKOUT, ONE_LOST, STOPPED, RESET):
            yield port in ports, f"the accident at port {port} is one", f"{sorted(ports)}"
        # A guest that its host holds up sends again by itself, what the captures show.
        healthy = flight_recorder.undisturbed(result, FIRST_HEALTHY)
        logged = set(map(field_rows.flow_of, rows))
        yield (healthy and not healthy & logged, "connections without an accident have no line",
               f"{len(healthy)} without, {sorted(healthy & logged)[:4]} with lines")
        yield from flight_recorder.accounting(stderr[0], rows)


@scenario
class Healthy(Scenario):
    name = "five_minutes_of_a_thousand_healthy_flows_have_no_line"
    tracer_args = ("--trigger", ALL_TRIGGERS)
    capture = False
    timeout = 600
    thorough = True
    one_kernel = True
    connections, seconds = 1000, 300

    def traffic(self, bed):
        talk.make_room(bed)
        listener = bed.b.listen(talk.PORT)
        pairs = [talk.open_pair(bed, listener=listener) for _ in range(self.connections)]
        counted, before, began = counts(bed), written(bed.tracer.pid), time.monotonic()
        rounds = 0
        while time.monotonic() < began + self.seconds:
            talk.converse(pairs)
            talk.close_in_order(*talk.open_pair(bed, listener=listener))
            rounds += 1
        bed.note("rounds", rounds)
        bed.note("written", [before, written(bed.tracer.pid)])
        bed.note("accidents", [counted, counts(bed)])
        bed.note("kib", memory_kib(bed.tracer.pid))
        talk.close_all(pairs)

    def judge(self, result):
        yield from common.ran_well(result)
        before, after = result.facts["accidents"]
        yield before == after, "nothing happened to any connection", f"{before}, then {after}"
        log, stderr = siftrlog.parse(result.log_text), result.stderr_text
        yield from common.well_formed(log)
        yield not log.run.lines, "the log has no line", result.log_text[:400]
        yield from log_invariants.checks(log.run)
        before, after = result.facts["written"]
        yield before == after, "nothing is written in five minutes", f"bytes and calls: {before}, then {after}"
        seen = program_report.row(stderr, "packets seen")
        least = self.connections * result.facts["rounds"]
        yield min(seen) >= least, "the packets of all rounds were seen", f"{seen} of {least} requests"
        yield from flight_recorder.accounting(stderr, [])
        yield from self.hardly_misses(result, seen[1])
        yield True, (f"figures: {sum(seen)} packets in {result.facts['rounds']} rounds, "
                     f"{result.facts['kib']} KiB resident")

    def hardly_misses(self, result, sent):
        if result.way == "kprobe":  # which has no program behind it
            return
        allowed, missed = sent // competing.ONE_IN, result.missed("o")
        yield missed <= allowed, f"missed: {missed} of {sent} sent packets, at most {allowed}"


@scenario
class ByHand(Scenario):
    name = "ctl_trigger_logs_what_is_kept_of_a_connection"
    one_kernel = True
    tracer_args = (*FIELDS, "--trigger", "ctl", "--before", BEFORE, "--after", AFTER, "--control",
                   controlling.SOCKET)

    def traffic(self, bed):
        control = controlling.Control(bed)
        ends = {port: talk.open_pair(bed, port=port) for port in BY_HAND}
        for pair in ends.values():
            talk_a_while(pair, 30)
        wait_for(lambda: len(control.done("flows")) == 2 * len(BY_HAND) + 1, "both ends of all flows")
        bed.note("quiet", len(bed.tracer.lines()))
        flows = json.loads("\n".join(control.done("flows", "--json")))
        by_tuple, by_id = (next(flow for flow in flows if flow["fport"] == port) for port in BY_HAND[:2])
        tuple_text = ",".join(str(by_tuple[key]) for key in ("laddr", "lport", "faddr", "fport"))
        bed.note("fired", [control.done("trigger", tuple_text), control.done("trigger", str(by_id["flowid"]))])
        bed.note("refused", [control.ask("trigger", *words) for words in (
            ("10.9.9.9,1,10.9.9.8,2",), ("nothing",), ())])
        for pair in ends.values():
            talk_a_while(pair, 30)
        talk.close_all(ends.values())

    def judge(self, result):
        yield from common.ran_well(result)
        facts, rows = result.facts, field_rows.parse(result.log_text)
        yield facts["quiet"] == 1, "nothing is logged but the header before", f"{facts['quiet']}"
        yield facts["fired"] == [["fired 1"], ["fired 1"]], "two flows are fired", f"{facts['fired']}"
        yield [code for code, _, _ in facts["refused"]] == [1, 1, 1], (
            "what names no flow is refused"), f"{facts['refused']}"
        for port in BY_HAND:
            of_port = [row for row in rows if int(row["fport"]) == port]
            wanted = BEFORE + AFTER if port in BY_HAND[:2] else 0
            yield len(of_port) == wanted, f"port {port}: {wanted} lines", f"{len(of_port)}"
            fired = [index for index, row in enumerate(of_port) if row["trigger"] == "ctl"]
            yield fired == ([BEFORE - 1] if wanted else []), "the last packet kept is marked", f"{fired}"
        yield len(rows) == 2 * (BEFORE + AFTER), "no other flow has lines", f"{len(rows)}"
        yield from flight_recorder.accounting(result.stderr_text, rows)
