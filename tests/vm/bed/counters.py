"""The kernel's own SNMP counters of a namespace, under the names nstat gives them."""

from bed import namespaces


def read(name):
    """All counters, absolute: {"TcpInSegs": n, "TcpExtTCPBacklogCoalesce": n, ...}."""
    with namespaces.inside(name):
        values = {}
        for file in ("snmp", "netstat"):
            with open(f"/proc/thread-self/net/{file}") as opened:
                values.update(_pairs(opened.read().splitlines()))
        with open("/proc/thread-self/net/snmp6") as opened:
            for line in opened:
                key, value = line.split()
                values[key] = int(value)
    return values


def tcp(name):
    """Those of the group Tcp alone, for who looks often: {"TcpInSegs": n, ...}."""
    with namespaces.inside(name), open("/proc/thread-self/net/snmp") as opened:
        return dict(_pairs([line for line in opened if line.startswith("Tcp:")]))


def _pairs(lines):
    """Lines come in pairs: "Tcp: InSegs ..." and "Tcp: 12 ..."."""
    for keys, numbers in zip(lines[::2], lines[1::2]):
        prefix, *keys = keys.split()
        for key, number in zip(keys, numbers.split()[1:]):
            yield prefix.removesuffix(":") + key, int(number)
