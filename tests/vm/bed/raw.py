"""TCP segments over IPv4 made by hand, from an address that no host has."""

import struct
from socket import AF_INET, IPPROTO_RAW, IPPROTO_TCP, SOCK_RAW, inet_aton

from bed import link

STRANGER = "10.0.0.77"
SYN, RST, ACK = 0x02, 0x04, 0x10
WINDOW, TTL = 65535, 64


def checksum(data):
    words = struct.unpack(f"!{len(data) // 2}H", data)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment(source, target, seq, flags, payload=b"", ack=0):
    """The packet; `source` and `target` are (address, port)."""
    payload += b"\0" * (len(payload) % 2)
    header = struct.pack("!HHIIBBHHH", source[1], target[1], seq, ack, 5 << 4, flags, WINDOW, 0, 0)
    ends = inet_aton(source[0]) + inet_aton(target[0])
    pseudo = ends + struct.pack("!BBH", 0, IPPROTO_TCP, len(header) + len(payload))
    proof = struct.pack("!H", checksum(pseudo + header + payload))
    total = 20 + len(header) + len(payload)
    return (struct.pack("!BBHHHBBH", 0x45, 0, total, 0, 0, TTL, IPPROTO_TCP, 0) + ends +
            header[:16] + proof + header[18:] + payload)


def send(host, packet, target):
    sock = host.socket(AF_INET, SOCK_RAW, IPPROTO_RAW)
    sock.sendto(packet, (target, 0))
    sock.close()


def place_stranger(host, behind):
    """What `host` sends to the stranger goes to the host `behind`, which drops it."""
    host.run(["ip", "neighbour", "replace", STRANGER, "lladdr", link.ENDS[behind.name]["mac"],
              "dev", host.dev, "nud", "permanent"], check=True)
