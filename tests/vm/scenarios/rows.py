"""Packets that can have no line are in a row of the accounting: none is in no row."""

import socket
import time

from bed.scenario import Scenario, scenario
from bed.userfault import HeldMemory
from judge import common, log_invariants, pcap, program_report, siftrlog
from scenarios import talk

DROPS = "TcpExtTCPBacklogDrop"
COALESCED = "TcpExtTCPBacklogCoalesce"
BUFFER, ROOM = 8192, 1 << 24
BURST, MOST = 100, 4000
SO_SNDBUFFORCE = 32


def captured(result, host, direction):
    """Packets of a host's capture, seen from the host."""
    own = common.ADDRESSES[host]
    return sum(1 for packet in pcap.read(result.pcap(host))
               if (packet.src if direction == "o" else packet.dst) in own)


@scenario
class BacklogDrops(Scenario):
    """The application sleeps inside the socket while more arrives than the backlog takes."""

    name = "packets_dropped_from_a_full_backlog_are_in_a_row"

    def traffic(self, bed):
        # All that is sent stays unanswered for a while, which shall not slow it down.
        bed.a.run(["ip", "route", "change", "10.0.0.0/24", "dev", bed.a.dev, "proto", "kernel",
                   "scope", "link", "src", bed.a.addr4, "initcwnd", "10000", "rto_min", "5s"],
                  check=True)
        listener = bed.b.listen(talk.PORT)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            listener.setsockopt(socket.SOL_SOCKET, option, BUFFER)
        client, server = talk.open_pair(bed, listener=listener)
        listener.close()
        client.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, ROOM)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
        client.sendall(b"x")
        sent, read = self.overflow(bed, client, server)
        talk.read_exactly(server, 1 + sent - read)
        talk.close_in_order(client, server)

    @staticmethod
    def overflow(bed, client, server):
        """(bytes sent, bytes read) until a packet was dropped."""
        held, sent = HeldMemory(), 0
        try:
            reader = talk.Worker(server.recv_into, held.memory)
            held.wait_used()
            while not bed.b.nstat()[DROPS] and sent < MOST:
                for _ in range(BURST):
                    # Urgent data is never coalesced, and a pause keeps it from being sent together.
                    client.send(b"u", socket.MSG_OOB)
                    time.sleep(0.001)
                sent += BURST
        finally:
            held.release()
        return sent, reader.result()

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from log_invariants.checks(log.run)
        stderr, drops = result.stderr_text, result.nstat("b")[DROPS]
        row = program_report.row(stderr, "socket backlog full") or (0, 0)
        if program_report.counts_backlog(stderr):
            yield drops > 0 and row == (drops, 0), "the row has what nstat counted", f"{drops} {row}"
        else:
            yield row == (0, 0), "kprobes do not see them, and that is said", stderr
        unseen = 0 if program_report.counts_backlog(stderr) else drops
        came = sum(captured(result, host, "i") for host in "ab")
        seen = program_report.row(stderr, "packets seen")[0]
        known = (seen + sum(result.nstat(host)[COALESCED] for host in "ab") + unseen +
                 result.missed("i"))
        yield came == known, "every packet that came is in a row", f"{came} came, {known}: {stderr}"
