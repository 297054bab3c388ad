"""Matches the lines of a run with the captures of its hosts and counts what became of each packet."""

from collections import Counter, defaultdict
from itertools import permutations

from judge import column_compare, pcap, program_report, tcp_connections
from judge.column_compare import COMPARED
from judge.packet_match import Budget, Replay, order
from judge.tcp_model import GONE, LATE, LINE, SKIPPED, STRAY, TW, UNSEEN

COALESCED = "TcpExtTCPBacklogCoalesce"
# More incarnations of one 4-tuple than this are matched in order only.
TRY_ALL = 3
# A packet may be captured this long before it is processed: inbound ones wait in a backlog.
BACKLOG_US, STAMP_US = 100000, 10000


def beyond(counts, most):
    """How many of `most` packets the footer counts beyond those known to be skipped."""
    return min(max(counts["tcpcb"] - counts[SKIPPED], 0), most)


class View:
    """The lines of a run and the connections that its hosts captured. `hosts`: name -> addresses;
    `window`: first and last microsecond of the run where the captures hold more than the run."""

    def __init__(self, result, run, hosts, port=None, window=None):
        self.result, self.run, self.hosts, self.port = result, run, hosts, port
        self.window = window
        column_compare.header_is_made = result.force == "queue"
        column_compare.held_up = result.held_up
        conns = [conn for name, addresses in hosts.items()
                 for conn in tcp_connections.split(name, addresses,
                                                   pcap.read(result.pcap(name)))]
        conns = [conn for conn in conns
                 if window is None or window[0] <= conn.first_us <= window[1]]
        self.traced = [conn for conn in conns if tcp_connections.on_port(conn, port)]
        self.others = [conn for conn in conns if not tcp_connections.on_port(conn, port)]

    def by_flow(self):
        flows = defaultdict(list)
        for conn in sorted(self.traced, key=lambda c: c.first_us):
            flows[conn.flow].append(conn)
        return flows

    def groups(self):
        """flow -> the lines of each of its flow ids, in order of appearance."""
        ids = defaultdict(lambda: defaultdict(list))
        for line in self.run.lines:
            ids[line.flow][line.flowid].append(line)
        return {flow: list(found.values()) for flow, found in ids.items()}

    def wire(self, host):
        """Every packet of the host's capture, by direction."""
        return {direction: sum(1 for conn in self.traced + self.others if conn.host == host
                               for way, _ in conn.packets if way == direction)
                for direction in "io"}

    def coalesced(self):
        """Packets that the kernel merged in socket backlogs, by its own counter."""
        return sum(self.result.nstat(host).get(COALESCED, 0) for host in self.hosts)

    def captured(self, direction):
        return sum(1 for conn in self.traced for way, _ in conn.packets if way == direction)


class Verdict(View):
    """A run at one line per packet: each packet is explained by the replay with the fewest faults."""

    def __init__(self, result, run, hosts, port=None, window=None, cut=False):
        super().__init__(result, run, hosts, port, window)
        self.cut = cut
        self.budgets = {name: self.budget(name) for name in hosts}
        self.strangers = []
        self.replays = []
        groups = self.groups()
        for flow, conns in self.by_flow().items():
            self.match(conns, groups.pop(flow, []))
        self.strangers += [line for found in groups.values() for lines in found for line in lines]

    def budget(self, host):
        return Budget(self.result.nstat(host).get(COALESCED, 0),
                      self.malloc("i") + self.missed("i"), self.malloc("o") + self.missed("o"))

    def missed(self, direction):
        return self.result.missed(direction)

    def skipped(self, direction, why):
        word = {"i": "inbound", "o": "outbound"}[direction]
        return self.run.footer[f"num_{word}_skipped_pkts_{why}"]

    def malloc(self, direction):
        return self.skipped(direction, "malloc")

    def match(self, conns, groups):
        """Gives each incarnation of a 4-tuple the lines that fit it best."""
        padded = groups + [[]] * (len(conns) - len(groups))
        self.strangers += [line for lines in padded[len(conns):] for line in lines]
        padded = padded[:len(conns)]
        orders = permutations(padded) if 1 < len(conns) <= TRY_ALL else [padded]
        tried = []
        for chosen in orders:
            paths = [Replay(conn, lines, self.budgets[conn.host], self.cut).run()
                     for conn, lines in zip(conns, chosen)]
            tried.append((sum(path.cost + len(path.rest) for path in paths), paths))
        best = min(tried, key=lambda t: t[0])[1]
        self.replays += list(zip(conns, best))

    def fates(self):
        """(direction, fate) -> packets, over all traced connections."""
        total = Counter()
        for _, path in self.replays:
            total.update(path.fates())
        return total

    def merged(self, host):
        return sum(path.merged for conn, path in self.replays if conn.host == host)

    def early(self):
        return sum(path.early for _, path in self.replays)

    def late(self, end_us):
        """Packets without a line that were captured before the run ended. A backlog waits for the task
        that holds the socket, and so for a guest that the host keeps waiting."""
        held_up = self.result.held_up(end_us / 1e6, end_us / 1e6) * 1e6
        found = []
        for _, path in self.replays:
            found += [packet for direction, packet in path.rest if packet.time_us <
                      end_us - (BACKLOG_US + held_up if direction == "i" else STAMP_US)]
        return found

    def filtered(self, direction):
        """Packets at the hooks that filters refuse."""
        fates = Counter(fate for conn in self.others
                         for way, _, fate, _ in order(conn) if way == direction)
        came = -self.strayed() if direction == "i" else 0
        counted = program_report.counts_late(self.result.stderr_text)
        late = fates[GONE] + fates[STRAY] if counted else 0
        return fates[LINE] + fates[SKIPPED] + fates[TW] + late + came

    def strayed(self):
        """Packets merged in connections of other ports, which have no lines."""
        if self.port is None:
            return 0
        return self.coalesced() - sum(map(self.merged, self.hosts))

    def tally(self):
        """direction -> counts; `unexplained` is what no term accounts for."""
        fates = self.fates()
        return {letter: self.count(letter, fates) for letter in "io"}

    def count(self, letter, fates):
        counts = {fate: fates[letter, fate]
                  for fate in (SKIPPED, UNSEEN, TW, LATE, GONE, STRAY, "lost")}
        for why in ("malloc", "tcpcb", "inpcb"):
            counts[why] = self.skipped(letter, why)
        inbound = letter == "i"
        counts["captured"] = self.captured(letter)
        counts["lines"] = sum(1 for line in self.run.lines if line.direction == letter)
        counts["merged"] = sum(map(self.merged, self.hosts)) if inbound else 0
        # A stray packet had a socket that is not logged, or none; a suppressed hook saw no packet.
        counts["listener"] = beyond(counts, counts[STRAY])
        counts["alone"] = (counts[STRAY] - counts["listener"] if
                           program_report.counts_late(self.result.stderr_text) else 0)
        no_listener = self.no_listener(counts)
        counts["socketless"] = (counts[TW] + counts[LATE] + counts[GONE] + counts["alone"] -
                                no_listener)
        suppressed = sum(min(max(counts[known] - counts[counted], 0), self.missed(letter))
                    for known, counted in ((SKIPPED, "tcpcb"), ("socketless", "inpcb")))
        counts["missed"] = counts["lost"] - counts["malloc"] + suppressed
        counts["unseen"] = (counts[UNSEEN] + counts[STRAY] - counts["listener"] - counts["alone"] +
                            no_listener)
        counts["unexplained"] = (
            counts["captured"] - counts["lines"] - counts["tcpcb"] -
            counts["inpcb"] - counts["malloc"] - counts["unseen"] - counts["merged"] -
            counts["missed"])
        return counts

    def no_listener(self, counts):
        """Packets without connection and listener, on kernels where only a listener's are counted."""
        if program_report.counts_late(self.result.stderr_text):
            return 0
        counted = min(max(counts["inpcb"] - counts[TW] - counts[LATE], 0), counts[GONE])
        return counts[GONE] - counted

    def columns(self):
        """column -> (records compared, [disagreements])"""
        lines = len(self.run.lines)
        found = {name: (lines, []) for name in COMPARED}
        for _, path in self.replays:
            for wrong in path.wrongs():
                found.setdefault(wrong[0], (lines, []))[1].append(wrong)
        return found
