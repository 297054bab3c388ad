"""The bed itself: its oracles agree with each other before they judge anything else."""

import socket

from bed.scenario import Scenario, scenario

PORT = 4000
MESSAGE = b"x" * 1000


def exchange(bed, server_addr, family):
    listener = bed.b.listen(PORT, family=family)
    client = bed.a.connect(server_addr, PORT)
    server, _ = listener.accept()
    client.sendall(MESSAGE)
    received = server.recv(len(MESSAGE), socket.MSG_WAITALL)
    bed.snapshot(server_addr)
    for one in (client, server, listener):
        one.close()
    return len(received)


@scenario
class Smoke(Scenario):
    name = "capture_and_kernel_counters_agree"
    tracer = None

    def traffic(self, bed):
        bed.note("received", [exchange(bed, bed.b.addr4, socket.AF_INET),
                              exchange(bed, bed.b.addr6, socket.AF_INET6)])

    def judge(self, result):
        yield result.facts["received"] == [len(MESSAGE)] * 2, "data arrives over both families"
        for host in "ab":
            nstat = result.nstat(host)
            segments = nstat["TcpInSegs"] + nstat["TcpOutSegs"]
            yield (result.captured[host] == segments, f"host {host} captured every segment",
                   f"captured {result.captured[host]}, the kernel counted {segments}")
        yield "rtt:" in result.text("ss-10.0.0.2-a.txt"), "ss sees the connection"
