"""Reads the TCP packets of a tcpdump capture.

Classic pcap, Ethernet, IPv4 and IPv6, microsecond times. Captures may be cut
short by a snap length: the payload length comes from the IP header, never from
the bytes that were stored.
"""

import ipaddress
import struct
from dataclasses import dataclass, field

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE = 1, 2, 4, 8, 16, 32, 64, 128, 256

LITTLE_ENDIAN_US = 0xA1B2C3D4
ETHERNET = 1
ETHERTYPE_IPV4, ETHERTYPE_IPV6 = 0x0800, 0x86DD
IPPROTO_TCP = 6

OPT_END, OPT_NOP, OPT_MSS, OPT_WSCALE, OPT_SACK_OK, OPT_SACK, OPT_TIMESTAMPS, OPT_FASTOPEN = (
    0, 1, 2, 3, 4, 5, 8, 34)


class PcapError(ValueError):
    """The file is not a capture this reader understands."""


@dataclass
class Packet:
    """One captured TCP packet; on veth this is one skb, possibly larger than the MTU."""
    index: int
    time_us: int
    src: str
    sport: int
    dst: str
    dport: int
    seq: int
    ack: int
    flags: int
    window: int
    payload: int
    options: dict = field(default_factory=dict)
    raw_options: bytes = b""
    tos: int = 0  # or IPv6 traffic class

    @property
    def end_seq(self):
        """First sequence number after this packet; SYN and FIN count one each."""
        length = self.payload + bool(self.flags & SYN) + bool(self.flags & FIN)
        return (self.seq + length) & 0xFFFFFFFF

    def has(self, flag):
        return bool(self.flags & flag)

    def describe(self):
        names = "".join(n for bit, n in ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"),
                                         (ACK, ".")) if self.flags & bit)
        return (f"packet {self.index} [{names}] {self.src}:{self.sport}>{self.dst}:{self.dport} "
                f"seq {self.seq} ack {self.ack} win {self.window} len {self.payload}")


def parse_options(raw):
    """Option kinds to values; an option cut off by the snap length ends the parse."""
    options, at = {}, 0
    while at < len(raw) and raw[at] != OPT_END:
        kind = raw[at]
        if kind == OPT_NOP:
            at += 1
            continue
        if at + 1 >= len(raw) or raw[at + 1] < 2 or at + raw[at + 1] > len(raw):
            break
        options[kind] = option_value(kind, raw[at + 2:at + raw[at + 1]])
        at += raw[at + 1]
    return options


def option_value(kind, body):
    if kind == OPT_MSS and len(body) == 2:
        return struct.unpack("!H", body)[0]
    if kind == OPT_WSCALE and len(body) == 1:
        return body[0]
    if kind == OPT_TIMESTAMPS and len(body) == 8:
        return struct.unpack("!II", body)
    if kind == OPT_SACK and len(body) % 8 == 0:
        edges = struct.unpack(f"!{len(body) // 4}I", body)
        return list(zip(edges[::2], edges[1::2]))
    return bytes(body)


def split_ip(frame):
    """(source, destination, TCP bytes, TCP length on the wire, TOS) or None for other traffic."""
    ethertype = struct.unpack_from("!H", frame, 12)[0]
    packet = frame[14:]
    if ethertype == ETHERTYPE_IPV4 and len(packet) >= 20 and packet[9] == IPPROTO_TCP:
        header = (packet[0] & 0x0F) * 4
        total = struct.unpack_from("!H", packet, 2)[0]
        source, destination = packet[12:16], packet[16:20]
        return source, destination, packet[header:], total - header, packet[1]
    if ethertype == ETHERTYPE_IPV6 and len(packet) >= 40 and packet[6] == IPPROTO_TCP:
        length = struct.unpack_from("!H", packet, 4)[0]
        tos = struct.unpack_from("!H", packet)[0] >> 4 & 0xFF
        return packet[8:24], packet[24:40], packet[40:], length, tos
    return None


def parse_frame(index, time_us, frame):
    parts = split_ip(frame) if len(frame) >= 14 else None
    if parts is None:
        return None
    source, destination, tcp, length, tos = parts
    if len(tcp) < 20:
        raise PcapError(f"packet {index}: TCP header cut off")
    sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", tcp)
    header = (offset >> 4) * 4
    if header < 20 or length < header:
        raise PcapError(f"packet {index}: TCP length {length}, header {header}")
    raw = bytes(tcp[20:header])
    flags |= (offset & 1) << 8
    return Packet(index, time_us, str(ipaddress.ip_address(bytes(source))), sport,
                  str(ipaddress.ip_address(bytes(destination))), dport, seq, ack, flags, window,
                  length - header, parse_options(raw), raw, tos)


def read(path):
    """All TCP packets of a capture, in file order."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 24:
        raise PcapError(f"{path}: shorter than a pcap header")
    magic, _, _, _, _, _, network = struct.unpack_from("<IHHiIII", data)
    if magic != LITTLE_ENDIAN_US or network != ETHERNET:
        raise PcapError(f"{path}: magic {magic:#x}, link type {network}: not a capture of ours")
    packets, at, index = [], 24, 0
    while at < len(data):
        if at + 16 > len(data):
            raise PcapError(f"{path}: record header cut off at byte {at}")
        seconds, micros, stored, _ = struct.unpack_from("<IIII", data, at)
        at += 16
        if at + stored > len(data):
            raise PcapError(f"{path}: record cut off at byte {at}")
        packet = parse_frame(index, seconds * 1000000 + micros, data[at:at + stored])
        if packet is not None:
            packets.append(packet)
        at += stored
        index += 1
    return packets
