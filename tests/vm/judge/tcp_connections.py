"""Splits a host's capture into connections as that host's own stack sees them."""

from dataclasses import dataclass, field

from judge.pcap import ACK, FIN, RST, SYN


@dataclass
class Conn:
    """One incarnation of a 4-tuple at one host: (direction, packet) in capture order."""
    host: str
    flow: tuple
    packets: list = field(default_factory=list)
    syn_seq: dict = field(default_factory=dict)
    before: "Conn" = None

    @property
    def closes(self):
        """This end sends a FIN at some time."""
        return any(d == "o" and p.has(FIN) for d, p in self.packets)

    @property
    def opened_by_both(self):
        return len(self.syn_seq) == 2

    @property
    def refused(self):
        """Nobody took the peer's SYN. The reset that answers it has the sequence number 0."""
        sent = [packet for direction, packet in self.packets if direction == "o"]
        return bool(sent) and sent[0].has(RST) and sent[0].has(ACK) and not sent[0].seq

    @property
    def first_us(self):
        return self.packets[0][1].time_us

    def starts_anew(self, direction, packet):
        """A SYN that this incarnation has not sent or received before."""
        if not packet.has(SYN) or packet.has(ACK):
            return False
        if not self.syn_seq:
            return True
        known = self.syn_seq.get(direction)
        if known is None:
            # Both ends open at once: the other direction's SYN is all there is so far.
            return any(p.has(ACK) and not p.has(SYN) for _, p in self.packets)
        return known != packet.seq


def local_view(packet, addresses):
    """(direction, flow) of a packet at a host with these addresses."""
    if packet.src in addresses:
        return "o", (packet.src, packet.sport, packet.dst, packet.dport)
    if packet.dst in addresses:
        return "i", (packet.dst, packet.dport, packet.src, packet.sport)
    raise ValueError(f"foreign {packet.describe()}")


def split(host, addresses, packets):
    """All connections of a host, in order of their first packet."""
    current, found = {}, []
    for packet in packets:
        direction, flow = local_view(packet, addresses)
        conn = current.get(flow)
        if conn is None or conn.starts_anew(direction, packet):
            conn = Conn(host, flow, before=conn)
            current[flow] = conn
            found.append(conn)
        if packet.has(SYN) and not packet.has(ACK):
            conn.syn_seq.setdefault(direction, packet.seq)
        conn.packets.append((direction, packet))
    return found


def on_port(conn, port):
    """--port selects flows with this port at either end. `port` may also be a function that tells
    whether a connection is selected, see chosen.py."""
    if callable(port):
        return port(conn)
    return port is None or port in (conn.flow[1], conn.flow[3])
