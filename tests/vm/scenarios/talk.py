"""Traffic that several scenarios use: exact reads, exchanges, orderly closes, waiting for silence."""

import socket
import threading
import time

from bed.waiting import PATIENCE

PORT = 80
REQUEST, RESPONSE = b"q" * 100, b"r" * 400


def read_exactly(sock, length):
    data = bytearray()
    while len(data) < length:
        chunk = sock.recv(min(length - len(data), 1 << 16))
        if not chunk:
            raise EOFError(f"{len(data)} of {length} bytes, then the end")
        data += chunk
    return bytes(data)


def read_to_end(sock):
    total = 0
    while chunk := sock.recv(1 << 16):
        total += len(chunk)
    return total


def set_control(sock, name):
    """Gives the socket another congestion control."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, name.encode())


def exchange(client, server, request=300, response=5000):
    """One request and its response."""
    client.sendall(b"q" * request)
    read_exactly(server, request)
    server.sendall(b"r" * response)
    read_exactly(client, response)


def open_pair(bed, port=PORT, client=None, server=None, address=None, listener=None, **options):
    """(client's socket, server's socket) of a new connection between two hosts."""
    client, server = client or bed.a, server or bed.b
    own = listener is None
    if own:
        listener = server.listen(port)
    left = client.connect(address or server.addr4, port, **options)
    right, _ = listener.accept()
    if own:
        listener.close()
    for sock in (left, right):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return left, right


def close_in_order(first, second):
    """`first` half-closes, `second` answers with its own FIN; no unread data, no reset."""
    first.shutdown(socket.SHUT_WR)
    read_to_end(second)
    second.shutdown(socket.SHUT_WR)
    read_to_end(first)
    first.close()
    second.close()


def close_all(pairs):
    for client, server in pairs:
        close_in_order(client, server)


def make_room(bed):
    """For many connections: time-wait sockets for all of them, and long timers, as a busy machine
    stalls, and that must not cause retransmissions."""
    for host in bed.hosts:
        host.sysctl("net.ipv4.tcp_early_retrans", 0)
        host.run(["ip", "route", "replace", "10.0.0.0/24", "dev", host.dev, "proto", "kernel",
                  "scope", "link", "src", host.addr4, "rto_min", "5s"], check=True)
        host.sysctl("net.ipv4.tcp_max_tw_buckets", 100000)


def converse(pairs):
    """One request and response on every connection; each waits for its own packets only."""
    for client, _ in pairs:
        client.sendall(REQUEST)
    for _, server in pairs:
        read_exactly(server, len(REQUEST))
        server.sendall(RESPONSE)
    for client, _ in pairs:
        read_exactly(client, len(RESPONSE))


def quiet_moment(bed, label):
    """Saves the output of ss on both hosts while nothing is sent, and when that was."""
    if not bed.settle():
        raise RuntimeError("the connections never came to rest")
    bed.snapshot(label)
    bed.note(f"quiet-{label}", time.time_ns() // 1000)


class Worker(threading.Thread):
    """A thread whose exception is raised again by result()."""

    def __init__(self, function, *args):
        super().__init__(daemon=True)
        self.function, self.args = function, args
        self.value = self.failure = None
        self.start()

    def run(self):
        try:
            self.value = self.function(*self.args)
        except BaseException as failure:
            self.failure = failure

    def result(self, timeout=60 * PATIENCE):
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError(f"{self.function.__name__} still runs after {timeout} s")
        if self.failure:
            raise self.failure
        return self.value


class Talking:
    """Requests and responses on a connection of its own, until stopped."""

    def __init__(self, bed, pace, response=4000, port=PORT):
        self.ends = open_pair(bed, port=port)
        self.pace, self.response = pace, response
        self.ended = threading.Event()
        self.worker = Worker(self.talk)

    def talk(self):
        while not self.ended.wait(self.pace):
            exchange(*self.ends, 200, self.response)

    def stop(self):
        self.ended.set()
        self.worker.result()
        close_in_order(*self.ends)


def fill_window(bed, client, server, length, stay=0):
    """The server reads nothing until its window has been closed for longer than the pause between the
    first probes, and for `stay` seconds more; then it reads `length` bytes."""
    worker = Worker(send_bulk, client, length)
    bed.settle(quiet=1.5, limit=6)
    time.sleep(stay)
    read_exactly(server, length)
    worker.result()


def send_bulk(sock, length):
    block = b"b" * (1 << 16)
    while length > 0:
        length -= sock.send(block[:min(length, len(block))])


def transfer(sender, receiver, length):
    """A bulk transfer, sending and receiving at the same time."""
    worker = Worker(send_bulk, sender, length)
    read_exactly(receiver, length)
    worker.result()
