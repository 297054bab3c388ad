"""Finds the captured packet of each line of a connection, by replaying the capture along the lines;
column_compare then compares the two.

The log has the order in which the stack processed packets, since lines are taken under the socket's
lock; the capture has the order within each direction. Where counters show that the kernel merged
packets in a backlog or that records were lost, a search over all explanations (Dijkstra) finds the one
with the fewest faults.
"""

import heapq
from collections import Counter
from dataclasses import dataclass, field, replace

from judge import column_compare, sequence, tcp_model
from judge.pcap import ACK, CWR, ECE, FIN, RST, SYN, URG
from judge.tcp_model import LATE, LINE, UNSEEN, TcpEndpoint

# What an explanation costs: a column that differs, a lost packet, a line without a packet. A merge
# that a counter of the kernel covers is free.
DIFFERS, LOST, NO_PACKET = 8, 1, 1000
# Explanations that lag this many lines are dropped.
WINDOW = 200


@dataclass
class Budget:
    """How many packets of a host may have no line of their own, by the counters of the kernel and the
    program."""
    merged: int = 0
    lost_in: int = 0
    lost_out: int = 0

    def lost(self, direction):
        return self.lost_in if direction == "i" else self.lost_out


@dataclass
class Path:
    """One explanation of the lines so far. What has happened is kept in linked lists, newest
    first, so that paths that fork share their past."""
    end: TcpEndpoint
    line: int = 0
    nxt_in: int = 0
    nxt_out: int = 0
    cost: int = 0
    merged: int = 0
    lost_in: int = 0
    lost_out: int = 0
    early: int = 0
    passed: tuple = None
    wrong: tuple = None
    rest: list = field(default_factory=list)

    def fork(self):
        return replace(self, end=self.end.fork(), rest=list(self.rest))

    def at(self, direction):
        return self.nxt_in if direction == "i" else self.nxt_out

    def move(self, direction, count):
        if direction == "i":
            self.nxt_in += count
        else:
            self.nxt_out += count

    def lost(self, direction):
        return self.lost_in if direction == "i" else self.lost_out

    def lose(self, direction):
        self.cost += LOST
        if direction == "i":
            self.lost_in += 1
        else:
            self.lost_out += 1

    def fates(self):
        """(direction, fate) -> packets that have no line of their own."""
        return Counter(unlink(self.passed))

    def wrongs(self):
        """(column, got, want, line, packet) of every disagreement."""
        return unlink(self.wrong)[::-1]


def unlink(chain):
    found = []
    while chain:
        found.append(chain[0])
        chain = chain[1]
    return found


def mergeable(first, second):
    """tcp_add_backlog() joins only what continues seamlessly with equal options."""
    same = CWR | ECE
    return (first.end_seq == second.seq and first.raw_options == second.raw_options
            and not (first.flags | second.flags) & (SYN | RST | URG)
            and not first.has(FIN) and first.has(ACK) and second.has(ACK)
            and first.flags & same == second.flags & same)


def merge(first, second):
    newer = not sequence.before(second.ack, first.ack)
    return replace(first, payload=first.payload + second.payload,
                   flags=first.flags | second.flags,
                   ack=second.ack if newer else first.ack,
                   window=second.window if newer else first.window)


class Replay:
    """The replay of one connection. `cut`: the run ended before the capture did."""

    def __init__(self, conn, lines, budget, cut=False):
        self.conn, self.lines, self.budget, self.cut = conn, lines, budget, cut
        self.queues = {d: [(n, p) for n, (way, p) in enumerate(conn.packets) if way == d]
                       for d in "io"}

    def head(self, path, direction, ahead=0):
        at = path.at(direction) + ahead
        queue = self.queues[direction]
        return queue[at][1] if at < len(queue) else None

    def earliest(self, path):
        """Direction of the packet that comes next in the capture."""
        heads = [(self.queues[d][path.at(d)][0], d) for d in "io"
                 if path.at(d) < len(self.queues[d])]
        return min(heads)[1] if heads else None

    def take(self, path, direction, packet, count=1):
        """The endpoint processes a packet."""
        if direction == "i":
            path.end.received(packet)
        else:
            path.end.sent(packet)
        path.move(direction, count)

    def pass_by(self, path, direction, fate):
        """Takes a packet that has no line of its own."""
        path.passed = ((direction, fate), path.passed)
        self.take(path, direction, self.head(path, direction))

    def reach(self, path, direction):
        """Passes packets without lines until the next one in this direction has a line."""
        while (way := self.earliest(path)) is not None:
            fate = path.end.fate(self.head(path, way), way)
            if fate == LINE:
                break
            self.pass_by(path, way, fate)
        while (packet := self.head(path, direction)) is not None:
            fate = path.end.fate(packet, direction)
            if fate == LINE:
                return packet
            self.pass_by(path, direction, fate)
        return None

    def judge_line(self, path, line, packet, count):
        """Matches the line with the packet, which is `count` captured ones merged."""
        if line.direction == "o" and packet.has(FIN):
            path.end.close()
        elif column_compare.is_early_close(line, path.end, self.conn.closes):
            path.early += 1
            path.end.close()
        for name, got, want in column_compare.compare(line, path.end, packet):
            path.cost += DIFFERS
            path.wrong = ((name, got, want, line, packet), path.wrong)
        path.merged += count - 1
        path.line += 1
        self.take(path, line.direction, packet, count)

    def no_packet(self, path, line):
        path.cost += NO_PACKET
        path.line += 1
        path.wrong = (("packet", "line", "no packet left", line, None), path.wrong)

    def follower(self, path, direction, time_us, packet, count):
        """The packet after `count` others, when the kernel may have merged it with them."""
        if direction == "o" or path.merged + count > self.budget.merged:
            return None
        found = self.head(path, direction, count)
        waited = found is not None and found.time_us <= time_us + column_compare.CLOCK_SLACK_US
        return found if waited and mergeable(packet, found) else None

    def lose(self, path, direction, packet, count):
        """Counts the packet, which is `count` captured ones merged, as lost."""
        path.lose(direction)
        path.passed = ((direction, "lost"), path.passed)
        path.merged += count - 1
        self.take(path, direction, packet, count)

    def losses(self, path, line):
        """Explanations in which a packet before this line was lost."""
        for direction in "io":
            if path.lost(direction) >= self.budget.lost(direction):
                continue
            packet, count = self.head(path, direction), 1
            if packet is None or path.end.fate(packet, direction) != LINE or (
                    packet.time_us > line.time_us + column_compare.CLOCK_SLACK_US):
                continue
            while packet is not None:
                other = path.fork()
                self.lose(other, direction, packet, count)
                yield other
                follower = self.follower(path, direction, line.time_us, packet, count)
                packet = merge(packet, follower) if follower else None
                count += 1

    def steps(self, path):
        """All explanations of one more line; consumes `path`."""
        line = self.lines[path.line]
        packet = self.reach(path, line.direction)
        yield from self.losses(path, line)
        count = 1
        while packet is not None:
            follower = self.follower(path, line.direction, line.time_us, packet, count)
            chosen = path.fork() if follower else path
            self.judge_line(chosen, line, packet, count)
            yield chosen
            packet = merge(packet, follower) if follower else None
            count += 1
        if count == 1:
            self.no_packet(path, line)
            yield path

    def finish(self, path):
        """Takes the packets after the last line; consumes `path`."""
        while (way := self.earliest(path)) is not None:
            packet = self.head(path, way)
            fate = path.end.fate(packet, way)
            if fate == LINE and path.end.state == tcp_model.FIN_WAIT_2:
                # close() has replaced the full socket by a time-wait socket.
                fate = LATE if way == "i" else UNSEEN
            if fate == LINE and not self.cut and path.lost(way) < self.budget.lost(way):
                path.lose(way)
                fate = "lost"
            if fate == LINE:
                fate = "unexplained"
                path.rest.append((way, packet))
            self.pass_by(path, way, fate)
        path.line += 1
        path.cost += 0 if self.cut else DIFFERS * len(path.rest)

    def expand(self, path):
        if path.line < len(self.lines):
            return list(self.steps(path))
        self.finish(path)
        return [path]

    def run(self):
        """The explanation with the fewest faults."""
        heap, ties, known, furthest = [], 0, set(), 0
        for crossing in (True, False) if self.conn.opened_by_both else (True,):
            ties += 1
            heapq.heappush(heap, (0, 0, 0, ties, Path(TcpEndpoint(crossing, self.conn.refused))))
        while True:
            _, _, _, _, path = heapq.heappop(heap)
            position = (path.line, path.nxt_in, path.nxt_out, path.end.crossing)
            if path.line > len(self.lines):
                return path
            if position in known or (path.line < furthest - WINDOW and heap):
                continue
            known.add(position)
            furthest = max(furthest, path.line)
            for new in self.expand(path):
                ties += 1
                heapq.heappush(heap, (new.cost, -new.line, new.merged, ties, new))


def order(conn):
    """(direction, packet, fate) in capture order, for logs that hold a sample of the packets."""
    end = TcpEndpoint(refused=conn.refused)
    for direction, packet in conn.packets:
        fate = end.fate(packet, direction)
        yield direction, packet, fate, end
        if direction == "i":
            end.received(packet)
        else:
            end.sent(packet)
