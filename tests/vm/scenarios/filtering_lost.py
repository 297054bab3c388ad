"""Filters by port and by flow, a ring that overflows and a log that is rotated, all in one run: every packet is
still in exactly one row of the accounting."""

import signal
import socket

from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common, program_report, rotated_files, siftrlog
from judge.verdict import View
from scenarios import talk
from scenarios.rotating import checked, found_good, has_header

OTHER_PORT = talk.PORT + 1
SO_MARK, MARK = 36, 7
ROUNDS, EXCHANGES = 4, 60
LOSSES = "dropped: ring buffer full"
REFUSED = ("other ports", "other marks")
ROWS = (*REFUSED, "handshake or closed", "late, no such", "time-wait", LOSSES, "lines in the log")


@scenario
class FilteredAndLost(Scenario):
    """The consumer is stopped while the small ring fills up with packets of a connection that is wanted,
    between those of two that are not, and finds a request to rotate when it goes on."""

    name = "filters_losses_and_rotation_together_are_accounted_exactly"
    tracer_args = ("--port", str(talk.PORT), "--mark", f"!{MARK}", "--ring-size", "8K", "--strict")

    def traffic(self, bed):
        log, names = bed.dir / "siftr.log", []
        wanted, marked = talk.open_pair(bed), talk.open_pair(bed)
        marked[0].setsockopt(socket.SOL_SOCKET, SO_MARK, MARK)
        talks = (wanted, marked, talk.open_pair(bed, port=OTHER_PORT))
        bed.note("connections", len(talks))
        for number in range(ROUNDS):
            names.append(f"siftr.log.{number}")
            bed.tracer.signal(signal.SIGSTOP)
            log.rename(bed.dir / names[-1])
            bed.tracer.signal(signal.SIGHUP)
            for ends in talks * EXCHANGES:
                talk.exchange(*ends, 100, 100)
            bed.tracer.signal(signal.SIGCONT)
            wait_for(lambda: has_header(log), f"header after {names[-1]}")
            talk.exchange(*wanted, 100, 100)
        for ends in talks:
            talk.close_in_order(*ends)
        bed.settle()
        bed.tracer.stop()
        checked(bed, [*names, log.name])
        bed.note("names", [*names, log.name])

    def judge(self, result):
        yield from common.ran_well(result, exit_code=5)
        yield from found_good(result)
        logs = [siftrlog.parse(result.text(name)) for name in result.facts["names"]]
        wrong = [error for log in logs for error in log.errors]
        yield not wrong, "a strict reader accepts every file", "; ".join(wrong[:4])
        run, stderr = rotated_files.joined(logs), result.stderr_text
        yield program_report.balanced(stderr), "the accounting balances", stderr
        for at, way in enumerate("io"):
            yield from self.judge_way(result, run, at, way)
        ports = {port for line in run.lines for port in (line.lport, line.fport)}
        yield OTHER_PORT not in ports, "no line has the other port", f"{sorted(ports)}"

    @staticmethod
    def judge_way(result, run, at, way):
        stderr = result.stderr_text
        rows = {label: (program_report.row(stderr, label) or (0, 0))[at] for label in ROWS}
        for label in (LOSSES, *REFUSED):
            yield rows[label] > 0, f"some packets of {way} are counted under {label}", stderr
        hooks = program_report.row(stderr, "packets at the hooks")[at]
        yield hooks == sum(rows.values()), f"the rows of {way} add up to the packets", f"{hooks}, {rows}"
        found = sum(1 for line in run.lines if line.direction == way)
        yield found == rows["lines in the log"], f"the files have the lines of {way} that are reported", (
            f"{found}, {rows}")
        view = View(result, run, common.ADDRESSES)
        # A SYN-ACK is sent without a socket.
        uncounted = result.missed(way) + (view.coalesced() if way == "i"
                                          else result.facts["connections"])
        yield view.captured(way) == hooks + uncounted, f"each captured packet of {way} is in one row", (
            f"{view.captured(way)} captured, {uncounted} not counted\n{stderr}")
