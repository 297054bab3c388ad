"""Lists each line of a run with its packet and the endpoint's state before that packet, for checks that
need all three. packet_match finds the packet."""

from dataclasses import dataclass

from judge import siftrlog
from judge.pcap import Packet
from judge.packet_match import Replay, unlink
from judge.siftrlog import Line
from judge.tcp_model import TcpEndpoint


@dataclass
class Pair:
    line: Line
    packet: Packet
    end: TcpEndpoint


class Joined(Replay):
    """A replay that keeps its pairs. They are kept in the endpoint, as that is copied when the search
    forks an explanation."""

    def judge_line(self, path, line, packet, count):
        known = getattr(path.end, "pairs", None)
        before = path.end.fork()
        super().judge_line(path, line, packet, count)
        path.end.pairs = (Pair(line, packet, before), known)

    def pairs(self):
        return unlink(getattr(self.run().end, "pairs", None))[::-1]


def flows(verdict):
    """(connection, its pairs in the log's order) of every connection; one for each 4-tuple."""
    groups = verdict.groups()
    for conn, _ in verdict.replays:
        lines, = groups.get(conn.flow, [[]])
        yield conn, Joined(conn, lines, verdict.budgets[conn.host]).pairs()


def flow(verdict, host):
    """(connection, pairs) of a host's only connection."""
    found, = [(conn, pairs) for conn, pairs in flows(verdict) if conn.host == host]
    return found


def log_of(result):
    return siftrlog.parse(result.log_text).run
