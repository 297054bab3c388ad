"""A connection of the gallery, which is slow for a known cause, and what its ends can ask of their sockets."""

import fcntl
import socket
import struct
import termios

from scenarios import talk
from scenarios.gallery_paths import take

SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33
# Buffers that take all of a transfer, so that nothing but the kernel and the path sets its pace.
AMPLE = 4 << 20
# In tcp_info: timeouts in a row, and how often the time to the next one or to the next window probe was doubled.
RETRANSMITS, BACKOFF = 2, 4


def limit(sock, option, forcing, size):
    sock.setsockopt(socket.SOL_SOCKET, option if size else forcing, size or AMPLE)


def tcp_info(sock, offset):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[offset]


def retransmission_timeout(sock):
    """In seconds, from tcp_info."""
    return struct.unpack_from("I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 12), 8)[0] / 1e6


def congestion_window(sock):
    """In segments, from tcp_info."""
    return struct.unpack_from("I", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 84), 80)[0]


def unsent(sock):
    """Bytes that are written and not acknowledged."""
    return struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]


def unread(sock):
    """Bytes that have arrived and are not read."""
    return struct.unpack("i", fcntl.ioctl(sock, termios.FIONREAD, bytes(4)))[0]


class Pathology:
    """A connection: what its ends do, and what `siftr-bpf why` says of the sender and the receiver."""

    band = "path"
    address = None  # of the peer, if it is not its first
    length = 200_000
    says, hears = "", ""
    never = ""  # what must not be said of the sender, "": anything may
    unsure = ""  # what is said of the sender where nothing but SIFTR's columns is known
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
        client.connect((self.address or bed.b.addr4, port))
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
