"""Finds the captured packets of each row of a connection.

Each row is the next packet of its direction in the capture of its host. Packets without a row are
those of the handshake, those after the last row (time-wait), and as many as the program reports runs
of its hooks that were suppressed. The kernel may join inbound packets in a socket's backlog: then a
row is several packets.
"""

from collections import defaultdict
from itertools import takewhile

from judge import pcap, sequence
from judge.pcap import ACK, SYN


def number(row, field):
    return int(row[field]) if row[field] else None


class Ways:
    """The packets of a host's capture by connection and direction, seen from the host."""

    def __init__(self, path, own):
        self.of = defaultdict(lambda: {"i": [], "o": []})
        for packet in pcap.read(path):
            left, right = (packet.src, packet.sport), (packet.dst, packet.dport)
            if packet.src in own:
                self.of[left + right]["o"].append(packet)
            else:
                self.of[right + left]["i"].append(packet)


def segments(packet, mss):
    return max(1, -(-packet.payload // mss))


def mss_of(packets):
    """Payload of a full segment: the smaller MSS of the two SYNs, less the timestamps."""
    return min(p.options[pcap.OPT_MSS] for p in packets if p.has(SYN)) - 12


def matched(row, packets, at):
    """How many packets from number `at` the row is; 0: none."""
    if packets[at].seq != int(row["seq"]):
        return 0
    length, total, fits = int(row["payload_len"]), 0, 0
    for count in range(1, len(packets) - at + 1):
        total += packets[at + count - 1].payload
        if total == length:
            fits = fits or count
            # Acknowledgements without payload are joined as well.
            if number(row, "ack") == newest(packets[at:at + count]).ack:
                return count
        if total > length or row["direction"] == "o":
            break
    return fits


def newest(packets):
    """The packet whose acknowledgement counts."""
    last = packets[-1]
    for packet in packets:
        if not sequence.before(packet.ack, last.ack):
            last = packet
    return last


def syns(packets):
    """How many packets of the beginning have a SYN."""
    return len(list(takewhile(lambda packet: packet.has(SYN), packets)))


class RowPackets:
    """The packets of one connection at one host, and which of them come next. `suppressed` has the
    packets of each direction that may still be without a row, of all connections."""

    def __init__(self, ways, suppressed):
        self.ways, self.suppressed = ways, suppressed
        self.mss = mss_of(ways["i"] + ways["o"])
        # The kernel counts the SYN and, at the server, not the SYN-ACK.
        self.is_client = not ways["o"][0].has(ACK)
        self.at = {"i": self.handshake(), "o": syns(ways["o"])}

    def handshake(self):
        """How many inbound packets come before the connection is established: the client's is so by the
        SYN-ACK, of which one that is sent again has a row, and the server's by an ACK."""
        return 1 if self.is_client else syns(self.ways["i"]) + 1

    def counted(self, way, before, only_data=False):
        """Segments that the kernel has counted of the first `before` packets."""
        packets = self.ways[way][:before]
        if way == "o" and not self.is_client:
            packets = [p for p in packets if not p.has(SYN)]
        return sum(segments(p, self.mss) for p in packets if p.payload or not only_data)

    def is_exactly(self, row, at, count):
        """Of several acknowledgements without payload only what they acknowledge and how many segments
        were sent before tells which one the row is."""
        if number(row, "ack") != newest(self.ways[row["direction"]][at:at + count]).ack:
            return False
        return row["direction"] == "i" or number(row, "segs_out") == self.counted("o", at)

    def candidates(self, row):
        """(number of the first packet that the row may be, how many it is, whether all agrees)"""
        way = row["direction"]
        packets, at = self.ways[way], self.at[way]
        for start in range(at, min(at + self.suppressed[way] + 1, len(packets))):
            count = matched(row, packets, start)
            if count:
                yield start, count, self.is_exactly(row, start, count)

    def take(self, row):
        """(number of the first packet that the row is, the packets), past suppressed ones; without
        packets if there is none. One of which all agrees is preferred."""
        way, found = row["direction"], list(self.candidates(row))
        if not found:
            return self.at[way], []
        start, count, _ = next((one for one in found if one[2]), found[0])
        self.suppressed[way] -= start - self.at[way]
        self.at[way] = start + count
        return start, self.ways[way][start:start + count]
