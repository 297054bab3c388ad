"""Checks the t_flags and t_flags2 bits that change from packet to packet against the packets:
congestion marks and their echoes, recoveries, SACK blocks, delayed acknowledgements."""

import struct

from judge import pcap
from judge.pcap import ACK, AE, CWR, ECE, FIN, OPT_SACK, SYN
from judge.sequence import after, before

ECN_CE = 3
DELACK, FASTRECOVERY, CONGRECOVERY = 0x2, 0x100000, 0x20000000
ECN_PERMIT, SND_CWR, SND_ECE, ACE_PERMIT = 0x20, 0x40, 0x80, 0x100
PERMITS = ECN_PERMIT | ACE_PERMIT


def congestion_marked(path):
    """Numbers of the IPv4 packets in a capture whose routers marked them, by Packet.index."""
    data, at, index, marked = path.read_bytes(), 24, 0, set()
    while at < len(data):
        stored = struct.unpack_from("<IIII", data, at)[2]
        # The type of service is the second byte after the Ethernet header.
        if data[at + 16 + 15] & 3 == ECN_CE:
            marked.add(index)
        at, index = at + 16 + stored, index + 1
    return marked


def permitted(path):
    """The permissions of t_flags2 that each handshake of a capture agreed on, by the client's port:
    by RFC 3168, or by RFC 9768, whose SYN has all three bits set and whose SYN-ACK reports how the
    SYN arrived."""
    offers, agreed = {}, {}
    for packet in pcap.read(path):
        if packet.has(SYN) and not packet.has(ACK):
            offers[packet.sport] = packet
        elif packet.has(SYN):
            agreed[packet.dport] = permission(offers[packet.dport], packet)
    return agreed


def permission(offer, answer):
    if offer.has(AE) and answer.flags & (AE | CWR):
        return ECN_PERMIT | ACE_PERMIT
    return ECN_PERMIT if offer.has(ECE) and answer.has(ECE) else 0


def echoes(pairs, marked):
    """(line, SND_ECE shown, wanted): a mark sets it, the peer's CWR clears it."""
    echoing = False
    for pair in pairs:
        yield pair.line, bool(pair.line.t_flags2 & SND_ECE), echoing
        if pair.line.direction == "i":
            echoing = echoing and not pair.packet.has(CWR)
            echoing = echoing or pair.packet.index in marked


def wire_echoes(pairs):
    """(line, shown, wanted): packets sent while SND_ECE is shown carry ECE, others do not."""
    for pair in pairs:
        if pair.line.direction == "o":
            yield pair.line, bool(pair.line.t_flags2 & SND_ECE), pair.packet.has(ECE)


def is_new_data(pair):
    return pair.packet.payload > 0 and not before(pair.packet.seq, pair.end.snd_nxt)


def reductions(pairs):
    """(line, shown, wanted): new data sent while SND_CWR is shown carries CWR, other data does not."""
    for pair in pairs:
        if pair.line.direction == "o" and is_new_data(pair):
            yield pair.line, bool(pair.line.t_flags2 & SND_CWR), pair.packet.has(CWR)


def reduced(pairs):
    """(line, shown, wanted): without losses, CONGRECOVERY lasts from an echo until an ACK covers more
    than was sent before it."""
    high = None
    for pair in pairs:
        yield pair.line, bool(pair.line.t_flags & CONGRECOVERY), high is not None
        if pair.line.direction == "o":
            continue
        if high is not None and after(pair.packet.ack, high):
            high = None
        if high is None and pair.packet.has(ECE):
            high = pair.end.snd_nxt


def waiting(pairs):
    """(line, shown, wanted): DELACK is set when a packet arrives while earlier data is unacknowledged.
    The next packet sent acknowledges it: an ACK from the timer shows the flag cleared, data does not."""
    for pair in pairs:
        unacked = pair.end.rcv_nxt != pair.end.rcv_wup
        shown = bool(pair.line.t_flags & DELACK)
        if pair.line.direction == "i" or not unacked:
            yield pair.line, shown, unacked


class Recoveries:
    """The fast recoveries of a sender. Each begins with an ACK that reports a hole: by SACK blocks, or
    because something sent later has arrived (RFC 8985). It includes a retransmission and ends with an
    ACK of all that had been sent when it began; one ACK may end a recovery and begin the next. New data
    may precede the retransmission (limited transmit, RACK), and no retransmission is needed where the
    recovery before has filled the hole."""

    def __init__(self, pairs):
        self.stays, self.cut, self.wrong = 0, 0, []
        self.high, self.last_received = None, None
        self.sends = []  # (first, length, whether it had been sent before), in this order
        self.owes = False
        for pair in pairs:
            self.add(pair)
            if pair.line.direction == "i":
                self.last_received = pair.packet

    def add(self, pair):
        shown = pair.line.t_flags & (FASTRECOVERY | CONGRECOVERY)
        if shown not in (0, FASTRECOVERY | CONGRECOVERY):
            self.wrong.append(f"line {pair.line.number}: one bit of the two: {shown:#x}")
        answered = self.high is not None and not before(pair.end.snd_una, self.high)
        if not shown:
            self.leave(pair, answered)
        elif self.high is None or answered:
            self.enter(pair)
        if pair.line.direction == "o" and pair.packet.payload:
            self.sent(pair)

    def sent(self, pair):
        again = before(pair.packet.seq, pair.end.snd_nxt)
        self.sends.append((pair.packet.seq, pair.packet.payload, again))
        self.owes = self.owes and not again

    def fault(self, pair, what):
        self.wrong.append(f"line {pair.line.number} {what}: {pair.packet.describe()}")

    def has_repeated(self, seq):
        return any(sent[2] and holds(sent, seq) for sent in self.sends)

    def overtaken(self, una):
        """Something has arrived that was sent after the first unacknowledged byte."""
        arrived = False
        for sent in reversed(self.sends):
            if holds(sent, una):
                return arrived
            arrived = arrived or before(sent[0], una)
        return False

    def hole_reported(self, una):
        return bool(self.last_received and held_blocks(self.last_received)) or self.overtaken(una)

    def enter(self, pair):
        self.repay(pair)
        self.stays += 1
        self.high = pair.end.snd_nxt
        self.owes = not self.has_repeated(pair.end.snd_una)
        if self.owes and not self.hole_reported(pair.end.snd_una):
            self.fault(pair, "is in recovery though no ACK reported a hole")

    def leave(self, pair, answered):
        self.repay(pair)
        self.cut += self.high is not None and not answered
        self.high = None

    def repay(self, pair):
        if self.owes:
            self.fault(pair, "follows a recovery without a retransmission")
        self.owes = False


def holds(sent, seq):
    first, length, _ = sent
    return (seq - first) & 0xFFFFFFFF < length


def held_blocks(packet):
    """The SACK blocks beyond the cumulative ACK. A first block below it, or within another one,
    reports a duplicate (RFC 2883, section 4)."""
    blocks = packet.options.get(OPT_SACK, [])
    if blocks and any(not before(blocks[0][0], low) and not after(blocks[0][1], high)
                      for low, high in blocks[1:]):
        blocks = blocks[1:]
    return [(low, high) for low, high in blocks if after(low, packet.ack)]


def reassembly(pairs, timestamps):
    """(line, t_segqlen, wanted): the least number of segments that hold what an ACK's SACK blocks
    report; None where the option is full, so that there may be more blocks than it reports."""
    room = 3 if timestamps else 4
    for pair in pairs:
        if pair.line.direction != "o" or not pair.packet.has(ACK) or pair.packet.has(FIN):
            continue
        blocks = held_blocks(pair.packet)
        total = sum((high - low) & 0xFFFFFFFF for low, high in blocks)
        payload = pair.line.max_seg_size - (12 if timestamps else 0)
        full = len(pair.packet.options.get(OPT_SACK, [])) >= room
        yield pair.line, pair.line.t_segqlen, None if full else -(-total // payload)
