"""Connections that are slow for one known cause each. A host sends to its peer over a round-trip time of
40 ms; a band of its queueing discipline that the socket's priority chooses is the path."""

import fcntl
import socket
import struct
import termios
import threading
import time

from bed import waiting
from scenarios import talk

SO_PRIORITY, SO_SNDBUFFORCE, SO_RCVBUFFORCE, SO_MAX_PACING_RATE = 12, 32, 33, 47
# Buffers that take all of a transfer, so that nothing but the kernel and the path sets its pace.
AMPLE = 4 << 20
ONE_WAY = "delay 20ms limit 10000"
# What tc-netem does in each band. It takes packets off the socket's account, as a path does.
BANDS = {
    "path": ONE_WAY,
    "hole": "loss 100%",
    "slow": ONE_WAY + " rate 400kbit",
    "far": "delay 200ms limit 10000",
    "mixed": ONE_WAY + " reorder 100% gap 5",
}
HANDLE = 1
SEGMENT = 1448
# In tcp_info: timeouts in a row, and how often the time to the next one or to the next window probe was doubled.
RETRANSMITS, BACKOFF = 2, 4
DROPPED_PORT = 5005
LOSE_ONE_IN_100 = f"""
table ip lossy {{
    chain received {{
        type filter hook prerouting priority -300;
        tcp dport {DROPPED_PORT} numgen inc mod 100 == 99 drop
    }}
}}
"""


def build(bed):
    """The bands at A, the way back at B."""
    command = ["tc", "qdisc", "add", "dev", bed.a.dev]
    bed.a.run([*command, "root", "handle", f"{HANDLE}:", "prio", "bands", str(len(BANDS)),
               "priomap", *["0"] * 16], check=True)
    for number, settings in enumerate(BANDS.values(), 1):
        bed.a.run([*command, "parent", f"{HANDLE}:{number}", "netem", *settings.split()], check=True)
    bed.a.run(["ip", "link", "set", bed.a.dev, "gso_max_segs", "1"], check=True)
    bed.netem(bed.b, ONE_WAY)
    bed.b.run(["nft", "-f", "-"], input=LOSE_ONE_IN_100, check=True)


def take(sock, band):
    number = list(BANDS).index(band) + 1
    sock.setsockopt(socket.SOL_SOCKET, SO_PRIORITY, HANDLE << 16 | number)


def limit(sock, option, forcing, size):
    sock.setsockopt(socket.SOL_SOCKET, option if size else forcing, size or AMPLE)


def tcp_info(sock, offset):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[offset]


def retransmission_timeout(sock):
    """In seconds, from tcp_info."""
    return struct.unpack_from("I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 12), 8)[0] / 1e6


def unsent(sock):
    """Bytes that are written and not acknowledged."""
    return struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]


class Pathology:
    """A connection: what its ends do, and what `siftr-bpf why` says of the sender and the receiver."""

    band = "path"
    length = 200_000
    says, hears = "", ""
    counted = ""  # what the kernel counts by itself
    send_buffer = receive_buffer = None  # AMPLE, or what SO_SNDBUF or SO_RCVBUF sets

    def send(self, client):
        """In one call, so that the kernel needs no turn of this thread between any two segments."""
        client.sendall(bytes(self.length))

    def receive(self, server):
        talk.read_exactly(server, self.length)

    def run(self, bed, port):
        """Each end does what comes next without waiting for the other's thread, as all of that counts."""
        listener, client = bed.b.listen(port), bed.a.socket()
        for sock in (listener, client):
            limit(sock, socket.SO_SNDBUF, SO_SNDBUFFORCE, self.send_buffer)
            limit(sock, socket.SO_RCVBUF, SO_RCVBUFFORCE, self.receive_buffer)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        take(client, self.band)
        server = talk.Worker(self.serve, listener)
        client.connect((bed.b.addr4, port))
        self.play_sender(client)
        server.result()

    def serve(self, listener):
        server, _ = listener.accept()
        listener.close()
        self.play_receiver(server)

    def play_sender(self, sock):
        self.send(sock)
        sock.shutdown(socket.SHUT_WR)
        talk.read_to_end(sock)
        sock.close()

    def play_receiver(self, sock):
        self.receive(sock)
        talk.read_to_end(sock)
        sock.shutdown(socket.SHUT_WR)
        sock.close()


class SlowWriter(Pathology):
    says = "The application had nothing to send for "
    length = 25 * 4000

    def send(self, client):
        for _ in range(25):
            client.sendall(bytes(4000))
            time.sleep(0.08)


class SlowReader(Pathology):
    """Which lets the window close at times."""

    says = "The peer's window was "
    counted = "Peer's window"
    hears = "As receiver: much was unread for "
    length = 150_000
    receive_buffer = 32768

    def receive(self, server):
        left = self.length
        while left:
            time.sleep(0.04)
            left -= len(talk.read_exactly(server, min(left, 3000)))


class SmallReceiveBuffer(Pathology):
    says = "The peer's window was full for "
    counted = "Peer's window"
    length = 150_000
    receive_buffer = 8192


class SmallSendBuffer(Pathology):
    """Over a longer path, so that the buffer is full for longer than it takes to write. The kernel counts
    it as full only if the application already waits as it sends the last of it; pacing lets it do so."""

    says = "The send buffer of "
    counted = "Send buffer"
    band = "far"
    length = 120_000
    send_buffer = 8192

    def send(self, client):
        client.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 1_000_000)
        super().send(client)


class OneInAHundredLost(Pathology):
    says = "Segments were lost: "
    length = 1_000_000


class Blackout(Pathology):
    """The path takes nothing until two timeouts have expired."""

    says = "Nothing came through for "
    length, lost = 40_000, 10_000

    def send(self, client):
        client.sendall(bytes(self.length - self.lost))
        waiting.wait_for(lambda: not unsent(client), "acknowledgement")
        take(client, "hole")
        client.sendall(bytes(self.lost))
        waiting.wait_for(lambda: tcp_info(client, RETRANSMITS) >= 2, "second timeout")
        take(client, "path")


class ClosedWindow(Pathology):
    """Nothing is read until the closed window has been probed twice."""

    probed = threading.Event()
    says = "The peer's window was closed "
    counted = "Peer's window"
    hears = "As receiver: much was unread for "
    receive_buffer = 32768

    def send(self, client):
        super().send(client)
        waiting.wait_for(lambda: tcp_info(client, BACKOFF) >= 2, "second window probe")
        self.probed.set()

    def receive(self, server):
        self.probed.wait()
        super().receive(server)


class SlowQueue(Pathology):
    says = "A queue on the path was full of this connection's packets (bufferbloat) for "
    band = "slow"
    length = 300_000


class SmallWrites(Pathology):
    """A request in two small writes, of which the peer acknowledges the first late."""

    says = "Small writes waited "
    rounds = 15

    def send(self, client):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        for _ in range(self.rounds):
            client.sendall(bytes(200))
            client.sendall(bytes(200))
            talk.read_exactly(client, 1)

    def receive(self, server):
        for _ in range(self.rounds):
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
            talk.read_exactly(server, 400)
            server.sendall(b"r")


class IdleRestart(Pathology):
    says = "The congestion window fell after idleness "
    length = 3 * 60_000

    def send(self, client):
        for number in range(3):
            if number:
                time.sleep(max(1, 5 * retransmission_timeout(client)))
            client.sendall(bytes(self.length // 3))
            waiting.wait_for(lambda: not unsent(client), "acknowledgement")


class Reordering(Pathology):
    says = "reordered or late"
    band = "mixed"
    length = 400_000


class TailLoss(Pathology):
    """The last segment of each of some bursts is lost once. Bursts are shorter than the window, which
    falls each time."""

    says = "tail loss probes ended silences of "
    length = 60_000
    bursts, burst = 5, 2 * SEGMENT

    def send(self, client):
        super().send(client)
        waiting.wait_for(lambda: not unsent(client), "acknowledgement")
        for _ in range(self.bursts):
            client.sendall(bytes(self.burst))
            take(client, "hole")
            client.sendall(bytes(SEGMENT))
            take(client, "path")
            talk.read_exactly(client, 1)

    def receive(self, server):
        super().receive(server)
        for _ in range(self.bursts):
            talk.read_exactly(server, self.burst + SEGMENT)
            server.sendall(b"r")


class Paced(Pathology):
    says = "Pacing held data back for "

    def send(self, client):
        client.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, 100_000)
        super().send(client)


BY_PORT = {
    5001: SlowWriter(),
    5002: SlowReader(),
    5003: SmallReceiveBuffer(),
    5004: SmallSendBuffer(),
    DROPPED_PORT: OneInAHundredLost(),
    5006: Blackout(),
    5007: ClosedWindow(),
    5008: SlowQueue(),
    5009: SmallWrites(),
    5010: IdleRestart(),
    5011: Reordering(),
    5012: TailLoss(),
    5013: Paced(),
}
