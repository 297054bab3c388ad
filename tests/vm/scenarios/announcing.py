"""A flow's addresses are sent once, in a record of its own. If the ring is full at that moment, the flow
is announced again with its next packet."""

import signal

from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common, log_invariants, program_report, siftrlog
from judge.verdict import View
from scenarios import talk

CONNECTIONS, STOPS, SHORTEST = 12, 3, 100
IN_FLIGHT = siftrlog.COLUMNS.index("sent_inflight_bytes")


def has_line(bed, end, length):
    """Whether a complete line of the log has this end of its connection with a message in flight."""
    addresses = ",".join(f"{address},{port}" for address, port in (end.getsockname(), end.getpeername()))
    return any(line.split(",")[IN_FLIGHT] == str(length)
               for line in bed.tracer.lines() if f",{addresses}," in line)


@scenario
class LostAnnouncements(Scenario):
    """While the consumer is stopped, a tiny ring fills up somewhere between the first packets of new
    connections: some flows are announced, some are not, some have no room left for their packet. Each
    connection has messages of a length of its own, by which its lines are known."""

    name = "flows_whose_announcement_was_lost_are_announced_again"
    tracer_args = ("--ring-size", "8K", "--strict")

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        lengths = iter(range(SHORTEST, SHORTEST + CONNECTIONS * STOPS))
        for stop in range(STOPS):
            bed.tracer.signal(signal.SIGSTOP)
            talks = [(talk.open_pair(bed, listener=listener), next(lengths))
                     for _ in range(CONNECTIONS)]
            for pair, length in talks:
                talk.exchange(*pair, length, length)
                bed.note(f"length-{stop}-{pair[0].getsockname()[1]}", length)
            bed.tracer.signal(signal.SIGCONT)
            for pair, length in talks:
                wait_for(lambda: self.is_logged(bed, pair, length), "a message of both ends of a connection")
                talk.close_in_order(*pair)

    @staticmethod
    def is_logged(bed, pair, length):
        talk.exchange(*pair, length, length)
        return all(has_line(bed, end, length) for end in pair)

    def judge(self, result):
        yield from common.ran_well(result, exit_code=5)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from log_invariants.checks(log.run)
        yield from self.accounted(result, log.run)
        yield from self.own_lines(result, log.run)

    @staticmethod
    def accounted(result, run):
        view, stderr = View(result, run, common.ADDRESSES), result.stderr_text
        for at, way in enumerate("io"):
            rows = [program_report.row(stderr, label)[at] for label in
                    ("packets seen", "handshake or closed", "dropped: ring buffer full",
                     "lines in the log")]
            seen, skipped, lost, lines = rows
            late = (program_report.row(stderr, "late, no such") or (0, 0))[at]
            yield lost > 0, f"the ring was full for some packets of {way}", stderr
            yield (seen == skipped + late + lost + lines, f"the accounting of {way} adds up", stderr)
            found = sum(1 for line in run.lines if line.direction == way)
            yield lines == found, f"the lines of {way} are those in the accounting", f"{found}\n{stderr}"
            # A SYN-ACK is sent without a socket.
            uncounted = result.missed(way) + (view.coalesced() if way == "i" else
                                              CONNECTIONS * STOPS)
            yield (view.captured(way) == seen + uncounted,
                   f"every captured packet of {way} is in the accounting",
                   f"{view.captured(way)} captured, {uncounted} not counted\n{stderr}")

    @staticmethod
    def own_lines(result, run):
        """Beside its FIN, a connection has nothing but its own messages in flight."""
        lengths = {int(name.split("-")[2]): length for name, length in result.facts.items()
                   if name.startswith("length-")}
        yield len(lengths) == CONNECTIONS * STOPS, "each connection has a port of its own"
        foreign, flows = [], set()
        for line in run.lines:
            length = lengths.get(line.flow[1] if line.flow[1] != talk.PORT else line.flow[3])
            sent = line.sent_inflight_bytes
            if length is None or sent not in (0, 1, length, length + 1):
                foreign.append(f"line {line.number} {line.flow}: {sent} in flight, not {length}")
            elif sent >= SHORTEST:
                flows.add(line.flow)
        yield not foreign, "no line has another connection's addresses", "; ".join(foreign[:4])
        yield (len(flows) == 2 * len(lengths), "both ends of every connection have lines",
               f"{len(flows)} of {2 * len(lengths)}")
