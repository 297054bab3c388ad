"""What the flight recorder has to log, worked out from a full log of the same packets."""

from collections import Counter, defaultdict

from judge import common, field_rows, program_report
from judge.pcap import RST
from judge.sequence import before, seq_max

TRIGGERS = ("rto", "retransmit", "zero-window", "rst")
LOSS = 4
# What the two programs see at different moments, and what only the recorder writes.
OWN = ("time", "flowid", "episode", "trigger")
SHOWN = 3
HOSTS = {address for addresses in common.ADDRESSES.values() for address in addresses}
ROWS_OF_MISSED = 3
SOON_US = 100000  # half of the least retransmission timeout, TCP_RTO_MIN


def comparable(row):
    return field_rows.values_without(row, OWN)


def by_flow(rows):
    """The rows of each flow, in the order of the log; a flow's own are in the order of their times."""
    flows = defaultdict(list)
    for row in rows:
        flows[field_rows.flow_of(row)].append(row)
    return flows


class Watch:
    """The triggers of a flow: what holds, and what was counted, at the row before."""

    def __init__(self):
        self.known, self.zero_window, self.loss = False, False, False
        self.retransmissions = self.timeouts = 0

    def fires(self, row):
        zero_window = "0" in (row["snd_wnd"], row["offered_wnd"])
        loss = int(row["ca_state"]) == LOSS
        retransmissions, timeouts = int(row["total_retrans"]), int(row["icsk_retransmits"])
        fired = (zero_window and not self.zero_window or loss and not self.loss or
                 self.known and retransmissions != self.retransmissions or timeouts > self.timeouts or
                 bool(row["tcp_flags"] and int(row["tcp_flags"]) & RST))
        self.known, self.zero_window, self.loss = True, zero_window, loss
        self.retransmissions, self.timeouts = retransmissions, timeouts
        return fired


def replay_flow(rows, earlier, later):
    """[(number of the flow's episode, whether the row fires, row)] of the rows to be logged: those that
    fire, and as many `earlier` and `later`."""
    watch, left, number, since, logged = Watch(), 0, 0, 0, []
    for at, row in enumerate(rows):
        if watch.fires(row):
            if not left:
                number += 1
                logged += [(number, False, old) for old in rows[max(since, at - earlier):at]]
            logged.append((number, True, row))
            left, since = later + 1, at + 1
        elif left > 1:
            left -= 1
            logged.append((number, False, row))
            since = at + 1
        else:
            left = 0
    return logged


def replay(full, earlier, later):
    full = (row for row in full if row["laddr"] in HOSTS)
    flows = {flow: replay_flow(rows, earlier, later) for flow, rows in by_flow(full).items()}
    return {flow: logged for flow, logged in flows.items() if logged}


def difference(found, expected):
    """Rows that are in one of the two only, of all flows."""
    got = Counter((flow, comparable(row)) for flow, rows in found.items() for row in rows)
    want = Counter((flow, comparable(row)) for flow, rows in expected.items() for _, _, row in rows)
    return list(((got - want) + (want - got)).elements())


def compare(rows, expected, missed):
    """The log has the rows of the replay, flow by flow and in their order. A packet that the kernel
    kept from one of the two tracers is missing there, and may be the one that fires: then what is
    logged before and after it begins and ends a packet later."""
    found = by_flow(row for row in rows if row["laddr"] in HOSTS)
    apart = difference(found, expected)
    yield (len(apart) <= ROWS_OF_MISSED * missed, "the log has the lines that a replay of the full log has",
           f"{len(apart)} in one only, {missed} packets missed: {apart[:SHOWN]}")
    for flow, logged in expected.items():
        got = [(bool(row["trigger"]), int(row["episode"]), comparable(row)) for row in found[flow]]
        numbers = list(dict.fromkeys(number for _, number, _ in got))
        renumbered = [(fired, numbers.index(number) + 1, row) for fired, number, row in got]
        want = [(fired, number, comparable(row)) for number, fired, row in logged]
        yield (missed > 0 or renumbered == want, f"order, episodes and triggers of {flow}",
               f"{len(got)} lines, {len(want)} expected")


def is_answered(packet, received):
    """Whether a packet was acknowledged so soon that no timer of it can have expired."""
    return any(0 <= answer.time_us - packet.time_us < SOON_US and not before(answer.ack, packet.end_seq)
               for answer in received)


def may_resend(sent, received):
    """Whether one end sent data or a FIN again, or may have tried to."""
    end = None
    for packet in sent:
        if packet.end_seq != packet.seq:
            again = end is not None and before(packet.seq, end)
            if again or not is_answered(packet, received):
                return True
        end = packet.end_seq if end is None else seq_max(end, packet.end_seq)
    return False


def undisturbed(result, port):
    """The flows of the port for which the captures show nothing that can trigger."""
    flows = set()
    for host, addresses in common.ADDRESSES.items():
        for flow, ways in field_rows.Ways(result.pcap(host), addresses).of.items():
            if port not in flow or may_resend(ways["o"], ways["i"]):
                continue
            if not any(packet.has(RST) or not packet.window for way in ways.values() for packet in way):
                flows.add(flow)
    return flows


def accounting(text, rows):
    """Every packet is a line or in a row of the accounting."""
    yield program_report.balanced(text), "the program's own accounting balances", text[-600:]
    lines = program_report.row(text, "lines in the log")
    kept = [program_report.row(text, "kept back, " + why) or (0, 0)
            for why in ("then overwritten", "then evicted", "older than", "still in memory")]
    for at, way in enumerate("io"):
        seen = program_report.row(text, "packets seen")[at]
        skipped = program_report.row(text, "handshake or closed")[at]
        others = [program_report.row(text, label) or (0, 0)
                  for label in ("time-wait", "late, no such", "dropped: ring buffer full")]
        counted = sum(1 for row in rows if row["direction"] == way)
        yield lines[at] == counted, f"the lines of {way} are those in the accounting", f"{counted}\n{text}"
        yield (seen == skipped + sum(row[at] for row in others) + sum(row[at] for row in kept) + lines[at],
               f"the accounting of {way} adds up", text)
    episodes = len({row["episode"] for row in rows})
    ending = "" if episodes == 1 else "s"
    yield f" {episodes} episode{ending} in the log" in text, "every episode is counted", text[-600:]
