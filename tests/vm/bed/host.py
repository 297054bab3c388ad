"""One end of the link: a network namespace, its device and addresses, and what runs in it."""

import errno
import itertools
import socket
import subprocess
from socket import AF_INET, AF_INET6, SOCK_STREAM

from bed import counters, link, namespaces
from bed.waiting import PATIENCE


FIRST_PORT, LAST_PORT = 32768, 60999  # from which the kernel chooses as well


class Endpoint(socket.socket):
    """A socket that its Host closes at the end; so are those it accepts."""

    keeper = None

    def accept(self):
        accepted, peer = super().accept()
        self.keeper.append(accepted)
        return accepted, peer


class Host:
    def __init__(self, name):
        end = link.ENDS[name]
        self.name = self.netns = name
        self.dev, self.addr4, self.addr6 = end["dev"], end["addr4"], end["addr6"]
        self.sysfs = f"{link.SYSFS}/{name}"
        self._sockets = []
        self._processes = []
        self._ports = itertools.cycle(range(FIRST_PORT, LAST_PORT + 1))

    def socket(self, family=AF_INET, type=SOCK_STREAM, proto=0):
        with namespaces.inside(self.netns):
            made = Endpoint(family, type, proto)
        made.keeper = self._sockets
        self._sockets.append(made)
        return made

    def listen(self, port, family=AF_INET, backlog=4096, dual=False):
        """A listener on any address; with family AF_INET6 and dual=True, of both families."""
        listener = self.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if dual else 1)
        listener.bind(("", port))
        listener.listen(backlog)
        return listener

    def _bind_new_port(self, client):
        """A port that no connection had before: the kernel may choose that of one that was reset, and
        two connections would be one flow to the judges."""
        while True:
            try:
                return client.bind(("", next(self._ports)))
            except OSError as failure:
                if failure.errno != errno.EADDRINUSE:
                    raise

    def connect(self, addr, port, bind_port=None, family=None, timeout=10 * PATIENCE):
        """A connected, blocking socket; `timeout` bounds only the connecting."""
        if family is None:
            family = AF_INET6 if ":" in addr else AF_INET
        client = self.socket(family)
        if bind_port is None:
            self._bind_new_port(client)
        else:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            client.bind(("", bind_port))
        client.settimeout(timeout)
        client.connect((addr, port))
        client.settimeout(None)
        return client

    def run(self, argv, **options):
        """Run a program here to its end; returns a CompletedProcess, output captured as text."""
        options = {"text": True, "capture_output": True, **options}
        with namespaces.inside(self.netns):
            return subprocess.run(argv, **options)

    def spawn(self, argv, **options):
        """Start a program here; returns the Popen, which is killed at the end if still running."""
        with namespaces.inside(self.netns):
            process = subprocess.Popen(argv, **{"text": True, **options})
        self._processes.append(process)
        return process

    def ss(self):
        return self.run(["ss", "-tinmHO"], check=True).stdout

    def nstat(self):
        return counters.read(self.netns)

    def tcp_counters(self):
        return counters.tcp(self.netns)

    def sysctl(self, key, value=None):
        return link.sysctl(self.netns, key, value)

    def kill_processes(self):
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def close_sockets(self):
        """Close every socket made here. The shutdown wakes threads that are blocked on one."""
        for made in self._sockets:
            if made.fileno() >= 0:
                try:
                    made.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # not connected, or already reset by the peer
                made.close()
