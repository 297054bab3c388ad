"""More pairs of hosts than the bed's own, with captures and counters of their own.

A pair may have a bridge in a third namespace between its ends. Impairments
belong there: a packet tap comes after the queueing discipline of the sending host, so
that a discipline on that host would hide packets from its capture.
"""

import contextlib
import subprocess
import time

from bed import link, waiting
from bed.capture import Capture
from bed.host import Host

QUIET_SECONDS = 0.3
QUIET_LIMIT = 10
COUNTED = ("TcpInSegs", "TcpOutSegs")
MIDDLE = "m"


class Twin(Host):
    """A host with the addresses of one of the bed's hosts, in a namespace of its own."""

    def __init__(self, name, like):
        super().__init__(like)
        self.name = self.netns = name
        self.dev = f"veth-{name}"
        self.peer_dev = f"mid-{name}"
        self.mac = link.ENDS[like]["mac"]


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def inside(namespace, command):
    subprocess.run(["ip", "netns", "exec", namespace, "sh", "-c", command], check=True,
                   capture_output=True, text=True)


def configure(host, peer, cpu):
    ip("-n", host.name, "link", "set", "lo", "up")
    ip("-n", host.name, "address", "add", f"{host.addr4}/24", "dev", host.dev)
    ip("-n", host.name, "address", "add", f"{host.addr6}/64", "dev", host.dev, "nodad")
    ip("-n", host.name, "link", "set", host.dev, "up")
    for address in (peer.addr4, peer.addr6):
        ip("-n", host.name, "neighbour", "replace", address, "lladdr", peer.mac, "dev", host.dev,
           "nud", "permanent")
    receive_on(host.name, host.dev, cpu)


def receive_on(namespace, device, cpu):
    """One CPU receives, so that packets stay in their order: to a host, that of its capture; in the
    bridge, that in which they were sent. One that comes behind a retransmission sent after it has an older
    timestamp, for which TCP may refuse it (PAWS), and the judge's model does not know that."""
    inside(namespace, f"echo {1 << cpu} > /sys/class/net/{device}/queues/rx-0/rps_cpus")


def join_directly(left, right):
    ip("link", "add", left.dev, "netns", left.name, "address", left.mac, "type", "veth",
       "peer", "name", right.dev, "netns", right.name, "address", right.mac)


def join_by_bridge(left, right):
    ip("netns", "add", MIDDLE)
    ip("-n", MIDDLE, "link", "add", "bridge", "type", "bridge", "forward_delay", "0",
       "mcast_snooping", "0")
    ip("-n", MIDDLE, "link", "set", "bridge", "up")
    for host in (left, right):
        ip("link", "add", host.dev, "netns", host.name, "address", host.mac, "type", "veth",
           "peer", "name", host.peer_dev, "netns", MIDDLE)
        receive_on(MIDDLE, host.peer_dev, 0)
        ip("-n", MIDDLE, "link", "set", host.peer_dev, "master", "bridge", "up")


def impair(towards, settings):
    """Sets tc-netem options for what the bridge delivers to this host."""
    inside(MIDDLE, f"tc qdisc replace dev {towards.peer_dev} root netem {settings}")


def settle(hosts):
    def counts():
        return [host.nstat()[key] for host in hosts for key in COUNTED]

    if not waiting.comes_to_rest(counts, QUIET_SECONDS, QUIET_LIMIT * waiting.PATIENCE):
        raise RuntimeError("the connections never came to rest")


def save_counters(bed, hosts, when):
    for host in hosts:
        bed.save_host_counters(host, when)


def snapshot(bed, hosts, label):
    """Saves the output of ss on these hosts, and when that was."""
    for host in hosts:
        bed.save(f"ss-{label}-{host.name}.txt", host.ss())
    bed.note(f"quiet-{label}", time.time_ns() // 1000)


@contextlib.contextmanager
def pair(bed, middle=False, names=("c", "d")):
    """Two hosts with the addresses of the bed's a and b, with captures."""
    left, right = hosts = Twin(names[0], "a"), Twin(names[1], "b")
    with contextlib.ExitStack() as stack:
        for name in (*names, *((MIDDLE,) if middle else ())):
            stack.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True)
        for name in names:
            ip("netns", "add", name)
        (join_by_bridge if middle else join_directly)(left, right)
        configure(left, right, 0)
        configure(right, left, 1)
        captures = [Capture(host, bed.dir) for host in hosts]
        for capture in captures:
            capture.wait_ready()
        save_counters(bed, hosts, "before")
        try:
            yield hosts
        finally:
            for host in hosts:
                host.close_sockets()
            settle(hosts)
            save_counters(bed, hosts, "after")
            dropped = [capture.stop()[1] for capture in captures]
        if any(dropped):
            raise RuntimeError(f"tcpdump dropped packets: {dropped}")
