"""Connections that are slow for one known cause each. A host sends to its peer over a round-trip time of
40 ms."""

import socket
import threading
import time

from bed import waiting
from scenarios import talk
from scenarios.gallery_paths import DROPPED_PORT, ECN_ADDRESS, TAKEN_BY, lose
from scenarios.pathology import (BACKOFF, RETRANSMITS, Pathology, congestion_window, retransmission_timeout,
                                 tcp_info, unread, unsent)

SO_MAX_PACING_RATE = 47
SEGMENT = 1448


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
        lose(client, self.band, True)
        client.sendall(bytes(self.lost))
        waiting.wait_for(lambda: tcp_info(client, RETRANSMITS) >= 2, "second timeout")
        lose(client, self.band, False)


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
    """A window that is no larger than at first does not fall. A host that stops for longer than the RTO
    has a needless one, after which it is small: so much is sent that it is larger, whatever happened."""

    says = "The congestion window fell after idleness "
    burst = 60_000
    large = 15

    def send(self, client):
        for _ in range(2):
            self.grow(client)
            time.sleep(max(1, 5 * retransmission_timeout(client)))
        client.sendall(bytes(self.burst))

    def grow(self, client):
        while True:
            client.sendall(bytes(self.burst))
            waiting.wait_for(lambda: not unsent(client), "acknowledgement")
            if congestion_window(client) >= self.large:
                return

    def receive(self, server):
        """How much that will be is known at its end."""


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
            lose(client, self.band, True)
            client.sendall(bytes(SEGMENT))
            lose(client, self.band, False)
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


class Marked(Pathology):
    """A queue that grows marks packets, which the peer reports."""

    says = "The congestion window was reduced by ECN marks "
    never = "Segments were lost"
    unsure = "was reduced without a loss "
    band = "managed"
    address = ECN_ADDRESS
    length = 400_000


class DroppedByQueue(Pathology):
    """The same without ECN."""

    says = "Segments were lost: "
    never = "ECN"
    band = "managed too"
    length = 400_000


class DroppedHere(Pathology):
    """The sender's own queue drops what it has no room for, which TCP is told at once."""

    says = "The congestion window was reduced by drops of this host "
    never = "ECN"
    unsure = "The congestion window was reduced by drops of this host "
    band = "short"


class Reset(Pathology):
    """The peer's application goes away while much is unread, so its kernel resets the connection."""

    says = "The peer reset the connection at "
    length = 200_000
    unread = 10_000

    def play_sender(self, sock):
        try:
            self.send(sock)
            talk.read_to_end(sock)
        except ConnectionError:
            pass
        sock.close()

    def play_receiver(self, sock):
        waiting.wait_for(lambda: unread(sock) >= self.unread, "unread data")
        sock.close()


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
    TAKEN_BY["managed"]: Marked(),
    TAKEN_BY["managed too"]: DroppedByQueue(),
    5016: Reset(),
    TAKEN_BY["short"]: DroppedHere(),
}
