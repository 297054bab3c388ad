"""Compares the fields of the groups `packet`, `order` and, if the csv has them, `bytes` with the captures,
packet by packet."""

import csv
import io
from collections import defaultdict

from judge import column_tally, sequence
from judge.pcap import ACK, SYN
from judge.row_packets import RowPackets, Ways, newest, number, segments

HEADER_FIELDS = ("seq", "ack", "payload_len", "tcp_flags", "gso_segs")
ORDER = ("segs_in", "segs_out", "data_segs_in", "data_segs_out")
# The kernel counts received segments before it locks the socket, so that their counts may change between
# two tracers that see one sent packet.
UNLOCKED = ("segs_in", "data_segs_in")
SEQUENCE_SPACE = 1 << 32


def parse(text):
    return list(csv.DictReader(io.StringIO(text)))


def flow_of(row):
    return row["laddr"], int(row["lport"]), row["faddr"], int(row["fport"])


def values_without(row, own):
    """What two tracers write of one packet, but for the columns `own` that are each tracer's."""
    return tuple(value for name, value in row.items() if name not in own and name not in UNLOCKED)


class Differences:
    def __init__(self):
        self.compared, self.wrong = defaultdict(int), []

    def compare(self, field, got, wanted, where):
        self.compared[field] += 1
        if got != wanted:
            self.wrong.append(f"{field}: row {got}, capture {wanted}, {where}")


def bytes_sent_again(packets):
    """Of each packet: the payload that has been sent before, of this packet and those before it."""
    sent_to, total = None, 0
    for packet in packets:
        if sent_to is not None and sequence.before(packet.seq, sent_to):
            total += packet.payload
        if sent_to is None or sequence.before(sent_to, packet.end_seq):
            sent_to = packet.end_seq
        yield total


def compare_header(row, packets, mss, differences):
    last, flags = newest(packets), 0
    for packet in packets:
        flags |= packet.flags & 0xFF
    where = f"{row['direction']} {last.describe()}"
    differences.compare("seq", number(row, "seq"), packets[0].seq, where)
    differences.compare("payload_len", number(row, "payload_len"),
                        sum(p.payload for p in packets), where)
    differences.compare("ack", number(row, "ack"), last.ack if flags & ACK else None, where)
    differences.compare("tcp_flags", number(row, "tcp_flags"), flags, where)
    compare_probe(row, packets, differences, where)
    # Of what it joins in the backlog, the kernel does not add single segments.
    if len(packets) == 1:
        differences.compare("gso_segs", number(row, "gso_segs"), segments(last, mss), where)


def compare_probe(row, packets, differences, where):
    """Of the group `probe`: what the packet itself shows."""
    first, payload = packets[0], sum(p.payload for p in packets)
    header = 20 + len(first.raw_options) if row["direction"] == "i" else 0
    differences.compare("skb_len", number(row, "skb_len"), header + payload, where)
    if row["is_retransmit"] == "0" and payload:
        differences.compare("snd_nxt", number(row, "snd_nxt"), first.seq, where)


class Replay:
    """One connection at one host: `rows` of both directions in the order of the csv."""

    def __init__(self, packets, rows, differences):
        self.packets, self.ways = packets, packets.ways
        self.rows, self.differences = rows, differences
        self.sent_to = self.acked = None
        self.sent_again = list(bytes_sent_again(self.ways["o"]))
        self.unmatched = []

    def compare_order(self, row, before, after):
        where = f"line of {row['time']} {row['direction']}"
        if row["direction"] == "o":
            for field, data in (("segs_out", False), ("data_segs_out", True)):
                self.differences.compare(field, number(row, field),
                                         self.packets.counted("o", before, data), where)
            return
        for field, data in (("segs_in", False), ("data_segs_in", True)):
            # Packets that wait in the backlog are counted already.
            got, wanted = number(row, field), self.packets.counted("i", after, data)
            self.differences.compare(field, got, max(got, wanted), where)

    def compare_retransmit(self, row, packets):
        where = f"{row['direction']} {packets[0].describe()}"
        wanted = None
        if row["direction"] == "o":
            end = packets[0].end_seq
            occupies = end != packets[0].seq
            wanted = int(occupies and self.sent_to is not None and
                         sequence.before(packets[0].seq, self.sent_to))
            if occupies and (self.sent_to is None or sequence.before(self.sent_to, end)):
                self.sent_to = end
        self.differences.compare("is_retransmit", number(row, "is_retransmit"), wanted, where)

    def compare_una(self, row, packets):
        """Acknowledgements are processed after the hook has seen them."""
        if self.acked is not None:
            self.differences.compare("snd_una", number(row, "snd_una"), self.acked,
                                     f"line of {row['time']} {row['direction']}")
        ack = newest(packets).ack
        if row["direction"] == "i" and (self.acked is None or sequence.before(self.acked, ack)):
            self.acked = ack

    def opening(self, way):
        """The sequence number of the SYN."""
        return next(packet.seq for packet in self.ways[way] if packet.has(SYN))

    def compare_bytes(self, row, at, packets):
        """Of outbound packets, of which at least the acknowledgement tells what has been received. What is
        sent again is counted before it is sent, everything else after."""
        if row["direction"] != "o" or "bytes_sent" not in row:
            return
        where = f"line of {row['time']} {packets[0].describe()}"
        sent = sum(packet.payload for packet in self.ways["o"][:at])
        self.differences.compare("bytes_sent", number(row, "bytes_sent"), sent, where)
        self.differences.compare("bytes_retrans", number(row, "bytes_retrans"), self.sent_again[at], where)
        if packets[0].has(ACK):
            received = (packets[0].ack - self.opening("i") - 1) % SEQUENCE_SPACE
            self.differences.compare("bytes_received", number(row, "bytes_received"), received, where)
        if self.acked is not None:
            # A client's SYN counts once it is acknowledged.
            acked = (self.acked - self.opening("o") - (not self.packets.is_client)) % SEQUENCE_SPACE
            self.differences.compare("bytes_acked", number(row, "bytes_acked"), acked, where)

    def run(self):
        for row in self.rows:
            at, taken = self.packets.take(row)
            if not taken:
                self.unmatched.append(
                    f"{row['direction']} {row['time']} seq {row['seq']} len {row['payload_len']}")
                continue
            compare_header(row, taken, self.packets.mss, self.differences)
            self.compare_retransmit(row, taken)
            self.compare_bytes(row, at, taken)
            self.compare_una(row, taken)
            self.compare_order(row, at, at + len(taken))
        last = self.rows[-1]
        # At the end nothing waits: the counts are exact.
        if last["direction"] == "i":
            self.differences.compare("segs_in at the end", number(last, "segs_in"),
                                     self.packets.counted("i", self.packets.at["i"]), "")
        return self


def judge(result, hosts):
    """Checks of all rows of the csv that is the log; hosts: {name: its addresses}."""
    rows, differences, unmatched, flows = parse(result.log_text), Differences(), [], 0
    suppressed = {way: result.missed(way) for way in "io"}
    for host, own in hosts.items():
        ways, by_flow = Ways(result.pcap(host), own).of, defaultdict(list)
        for row in rows:
            if row["laddr"] in own:
                by_flow[flow_of(row)].append(row)
        for flow, of_flow in by_flow.items():
            if flow in ways:
                packets = RowPackets(ways[flow], suppressed)
                unmatched += Replay(packets, of_flow, differences).run().unmatched
                flows += 1
    yield flows >= 2, f"{flows} connections were compared", f"{len(rows)} rows"
    yield not unmatched, "each row is the next packet of the capture", "; ".join(unmatched[:3])
    for field, count in sorted(differences.compared.items()):
        wrong = [text for text in differences.wrong if text.startswith(f"{field}:")]
        column_tally.add(field, column_tally.CAPTURE, count, len(wrong))
        yield not wrong, f"{field} agrees with the capture in {count} rows", "; ".join(wrong[:3])
