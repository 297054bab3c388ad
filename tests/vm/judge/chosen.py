"""Which connections a filter of tcpdump selects in the captures: the oracle for the tracer's filters."""

import subprocess

from judge import common, pcap, tcp_connections


class Chosen:
    """Tells whether a connection is selected. `expression` is tcpdump's; in it {me4} and {me6} are the
    addresses of the host at which a packet was captured, {in} and {out} its directions."""

    def __init__(self, result, expression, hosts=None):
        self.flows = {}
        for host, addresses in (hosts or common.ADDRESSES).items():
            me4, me6 = addresses
            words = {"me4": me4, "me6": me6, "in": f"(dst host {me4} or dst host {me6})",
                     "out": f"(src host {me4} or src host {me6})"}
            chosen = result.dir / f"chosen-{host}.pcap"
            subprocess.run(["tcpdump", "-r", str(result.pcap(host)), "-w", str(chosen),
                            "tcp and (" + expression.format(**words) + ")"],
                           check=True, capture_output=True)
            self.flows[host] = {tcp_connections.local_view(packet, addresses)[1]
                                for packet in pcap.read(chosen)}

    def __call__(self, conn):
        return conn.flow in self.flows[conn.host]
