"""The pair of namespaces a scenario gets and the veth pair between them: addresses and neighbours
fixed from the start, so that the scenario sends the first packet on the wire."""

import os
import shutil
import subprocess
import time

from bed import namespaces

SYSFS = "/run/sys"
MAX_ORPHANS = "/proc/sys/net/ipv4/tcp_max_orphans"
ORPHAN_SECONDS = 5
# Packets that wait for a CPU to receive them. A thousand delayed ACKs are sent at a stroke, and the link
# drops what is beyond the kernel's own 1,000.
BACKLOG, BACKLOG_PACKETS = "/proc/sys/net/core/netdev_max_backlog", 100000
SILENT_STATES = ("05", "06")  # FIN-WAIT-2 and TIME-WAIT, as /proc/net/tcp writes them
ENDS = {"a": {"dev": "veth-a", "mac": "02:00:00:00:00:0a", "addr4": "10.0.0.1",
              "addr6": "fd00::1", "cpu": 0},
        "b": {"dev": "veth-b", "mac": "02:00:00:00:00:0b", "addr4": "10.0.0.2",
              "addr6": "fd00::2", "cpu": 1}}


def build():
    _global_sysctl(BACKLOG, BACKLOG_PACKETS)
    create = ["netns add a", "netns add b",
              f"link add veth-a netns a address {ENDS['a']['mac']} type veth"
              f" peer name veth-b netns b address {ENDS['b']['mac']}"]
    _ip(None, create)
    for name, end in ENDS.items():
        namespaces.mount_sysfs(name, f"{SYSFS}/{name}")
        _quiet_ipv6(name)
        _ip(name, _addresses(end, ENDS["b" if name == "a" else "a"]))
        receive_on(name, end["cpu"])


def tear_down():
    """Remove what build() made, whatever is left of it."""
    left = [name for name in ENDS if os.path.exists(f"/run/netns/{name}")]
    if any(_sending(name) for name in left):
        _end_sockets(left)
    for name in left:
        namespaces.unmount(f"{SYSFS}/{name}")
    # The namespaces would remove their devices some time later. One end takes the other with it.
    any(_delete_end(name) for name in left)
    for name in left:
        namespaces.remove(name)
    shutil.rmtree(SYSFS, ignore_errors=True)


def _delete_end(name):
    """Whether the host's end of the veth pair was there to be deleted."""
    argv = ["ip", "-n", name, "link", "del", ENDS[name]["dev"]]
    return subprocess.run(argv, capture_output=True).returncode == 0


def _end_sockets(names):
    """An orphaned socket keeps its namespace alive and would send into the next scenario's trace. With
    nothing lost any more and no orphans allowed, its next retransmission is its last. Then the rest is
    killed: newer kernels end them, old ones only silence them."""
    for name in names:
        subprocess.run(["tc", "-n", name, "qdisc", "del", "dev", ENDS[name]["dev"], "root"],
                       capture_output=True)
    allowed = _global_sysctl(MAX_ORPHANS)
    _global_sysctl(MAX_ORPHANS, 0)
    deadline = time.monotonic() + ORPHAN_SECONDS
    while any(_sending(name) for name in names) and time.monotonic() < deadline:
        time.sleep(0.1)
    _global_sysctl(MAX_ORPHANS, allowed)
    for name in names:
        with namespaces.inside(name):
            subprocess.run(["ss", "-K", "-ta"], capture_output=True)


def _sending(name):
    """Whether the namespace has sockets that may still send of themselves."""
    with namespaces.inside(name):
        for table in ("tcp", "tcp6"):
            with open(f"/proc/thread-self/net/{table}") as opened:
                if any(line.split()[3] not in SILENT_STATES for line in list(opened)[1:]):
                    return True
    return False


def _global_sysctl(path, value=None):
    with open(path, "r" if value is None else "w") as opened:
        return opened.read() if value is None else opened.write(str(value))


def _addresses(own, peer):
    dev = own["dev"]
    return ["link set lo up",
            f"address add {own['addr4']}/24 dev {dev}",
            f"address add {own['addr6']}/64 dev {dev} nodad",
            f"link set {dev} up",
            f"neighbour replace {peer['addr4']} lladdr {peer['mac']} dev {dev} nud permanent",
            f"neighbour replace {peer['addr6']} lladdr {peer['mac']} dev {dev} nud permanent"]


def _quiet_ipv6(name):
    for scope in ("all", "default"):
        for key, value in (("accept_dad", 0), ("accept_ra", 0), ("router_solicitations", 0),
                           ("addr_gen_mode", 1)):
            sysctl(name, f"net.ipv6.conf.{scope}.{key}", value)


def receive_on(name, cpu):
    """Receive on one CPU only: with two, TCP may get packets in another order than the wire's."""
    for dev in ("lo", ENDS[name]["dev"]):
        with open(f"{SYSFS}/{name}/class/net/{dev}/queues/rx-0/rps_cpus", "w") as opened:
            opened.write(f"{1 << (cpu % os.cpu_count()):x}")


def sysctl(name, key, value=None):
    """Set a net.* sysctl of the namespace, or read it."""
    path = "/proc/sys/" + key.replace(".", "/")
    with namespaces.inside(name), open(path, "r" if value is None else "w") as opened:
        return opened.read().strip() if value is None else opened.write(str(value))


def _ip(name, commands):
    argv = ["ip", *(["-n", name] if name else []), "-batch", "-"]
    done = subprocess.run(argv, input="\n".join(commands) + "\n", text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"ip -batch failed:\n{done.stderr}\n" + "\n".join(commands))
