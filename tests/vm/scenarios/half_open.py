"""What a handshake takes that has no socket yet: no hook sees it, and nstat has the counters that siftr-bpf(8)
names for it."""

import socket

from bed import raw
from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common, pcap, program_report
from judge.pcap import ACK, SYN
from scenarios import talk
from scenarios.rows import COALESCED, captured

RESET, DEFERRED = "TcpExtEmbryonicRsts", "TcpExtTCPDeferAcceptDrop"
FIRST, FAR = 1000, 200_000  # a sequence number, and how far it is out of every window
UNSEEN = 3  # packets received: a reset, one out of window and a bare ACK


@scenario
class HalfOpen(Scenario):
    name = "what_ends_a_handshake_before_its_socket_is_in_nstat_alone"

    def send(self, bed, port, seq, flags):
        raw.send(bed.a, raw.segment((raw.STRANGER, port), (bed.b.addr4, talk.PORT), seq, flags),
                 bed.b.addr4)

    def traffic(self, bed):
        raw.place_stranger(bed.b, bed.a)
        listener = bed.b.listen(talk.PORT)
        self.send(bed, 40000, FIRST, SYN)
        self.send(bed, 40000, FIRST + 1, raw.RST)
        wait_for(lambda: bed.b.nstat()[RESET], "reset of a handshake")
        sent = bed.b.nstat()["TcpOutSegs"]
        self.send(bed, 40001, FIRST, SYN)
        wait_for(lambda: bed.b.nstat()["TcpOutSegs"] > sent, "SYN-ACK")
        self.send(bed, 40001, FIRST + FAR, 0)
        wait_for(lambda: bed.b.nstat()["TcpOutSegs"] > sent + 1, "ACK that answers")
        deferring = bed.b.listen(talk.PORT + 1)
        deferring.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
        client = bed.a.connect(bed.b.addr4, talk.PORT + 1)
        wait_for(lambda: bed.b.nstat()[DEFERRED], "bare ACK that is not accepted")
        client.sendall(b"x")
        server, _ = deferring.accept()
        talk.close_in_order(client, server)
        deferring.close()
        listener.close()

    def judge(self, result):
        yield from common.ran_well(result)
        nstat = result.nstat("b")
        yield nstat[RESET] >= 1, f"{RESET} has the reset", f"{nstat}"
        yield nstat[DEFERRED] == 1, f"{DEFERRED} has the bare ACK", f"{nstat}"
        seen = program_report.row(result.stderr_text, "packets seen")
        came = (sum(captured(result, host, "i") for host in "ab") - result.missed("i") -
                sum(result.nstat(host)[COALESCED] for host in "ab"))
        yield came == seen[0] + UNSEEN, "no hook has seen these and that out of window", f"{came}, {seen}"
        left = sum(captured(result, host, "o") for host in "ab") - result.missed("o")
        answers = [packet for packet in pcap.read(result.pcap("b")) if packet.src in common.ADDRESSES["b"]
                   and (packet.has(SYN) and packet.has(ACK) or
                        packet.dst == raw.STRANGER and packet.has(ACK) and not packet.has(pcap.RST))]
        yield any(not packet.has(SYN) for packet in answers), "that out of window is answered", f"{answers}"
        yield left == seen[1] + len(answers), "nor what the handshake sends", f"{left}, {seen}, {answers}"
