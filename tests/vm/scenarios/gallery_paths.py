"""The paths of the gallery's connections: bands of the sender's queueing discipline, one of which a
socket's priority chooses, and what the peer drops as it arrives."""

import json
import socket

SO_PRIORITY = 12
HANDLE = 1
ONE_WAY = "netem delay 20ms limit 10000"
LINK = "tbf rate 2mbit burst 3200 limit 1000000"
# The discipline of each band. netem takes packets off the socket's account, as a path does.
BANDS = {
    "path": ONE_WAY,
    "slow": ONE_WAY + " rate 400kbit",
    "far": "netem delay 200ms limit 10000",
    "mixed": ONE_WAY + " reorder 100% gap 5",
    "managed": ONE_WAY,
    "managed too": ONE_WAY,
    "short": LINK,
}
# It marks packets that may be marked, and drops others.
MANAGED_QUEUE = "fq_codel target 5ms interval 50ms ecn"
# What a band has behind its discipline: the last one is the queue that drops.
BEHIND = {
    "managed": (LINK, MANAGED_QUEUE),
    "managed too": (LINK, MANAGED_QUEUE),
    "short": ("pfifo limit 1",),
}
# The only connection that takes such a band, by its port.
TAKEN_BY = {"managed": 5014, "managed too": 5015, "short": 5017}
# A second address of the peer, to which connections ask for ECN.
ECN_ADDRESS = "10.0.0.3"
# Packets of this TOS are lost; the kernel sets a socket's in each packet that it sends.
LOST_TOS = 4
DROPPED_PORT = 5005
LOSSES = f"""
table ip lossy {{
    chain received {{
        type filter hook prerouting priority -300;
        tcp dport {DROPPED_PORT} numgen inc mod 100 == 99 drop
        ip dscp {LOST_TOS >> 2} drop
    }}
}}
"""


def disciplines(device):
    """Commands of tc; all at once, as starting tc takes a guest longer than what it does."""
    yield f"qdisc add dev {device} root handle {HANDLE}: prio bands {len(BANDS)} priomap" + " 0" * 16
    for number, (name, settings) in enumerate(BANDS.items(), 1):
        above = f"{HANDLE}:{number}"
        for level, qdisc in enumerate([settings, *BEHIND.get(name, ())], 1):
            handle = f"{level}{number}:"
            yield f"qdisc add dev {device} parent {above} handle {handle} {qdisc}"
            above = f"{handle}1"


def build(bed):
    """The bands at A, the way back and the losses at B: captures of A show what is lost."""
    commands = "".join(line + "\n" for line in disciplines(bed.a.dev))
    bed.a.run(["tc", "-batch", "-"], input=commands, check=True)
    bed.a.run(["ip", "link", "set", bed.a.dev, "gso_max_segs", "1"], check=True)
    bed.netem(bed.b, ONE_WAY.removeprefix("netem "))
    bed.b.run(["nft", "-f", "-"], input=LOSSES, check=True)
    ask_for_ecn(bed)


def ask_for_ecn(bed):
    """Of connections to ECN_ADDRESS alone; peers agree if they are asked."""
    for host in bed.hosts:
        host.sysctl("net.ipv4.tcp_ecn", 2)
    bed.b.run(["ip", "addr", "add", f"{ECN_ADDRESS}/32", "dev", bed.b.dev], check=True)
    bed.a.run(["ip", "route", "add", f"{ECN_ADDRESS}/32", "via", bed.b.addr4, "features", "ecn"],
              check=True)


def dropped(bed):
    """Packets that the queues have dropped before they could be captured, by the port of their connection."""
    shown = bed.a.run(["tc", "-s", "-j", "qdisc", "show", "dev", bed.a.dev], check=True).stdout
    drops = {queue["parent"]: queue["drops"] for queue in json.loads(shown) if "parent" in queue}
    return {TAKEN_BY[name]: drops[f"{len(BEHIND[name])}{number}:1"]
            for number, name in enumerate(BANDS, 1) if name in BEHIND}


def take(sock, band):
    number = list(BANDS).index(band) + 1
    sock.setsockopt(socket.SOL_SOCKET, SO_PRIORITY, HANDLE << 16 | number)


def lose(sock, band, is_lost):
    """Whether what the socket sends from now on is lost. A TOS sets the priority as well."""
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, LOST_TOS if is_lost else 0)
    take(sock, band)
