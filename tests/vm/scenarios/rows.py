"""Packets that can have no line are in a row of the accounting: none is in no row."""

import socket
import time

from bed import raw
from bed.scenario import Scenario, scenario
from bed.userfault import HeldMemory
from bed.waiting import wait_for
from judge import common, log_invariants, pcap, program_report, siftrlog
from judge.pcap import ACK, FIN, RST, SYN
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
    preemption = True

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


def came_and_left(result):
    """(packets that came, packets that left) at both hosts, by their captures."""
    return [sum(captured(result, host, way) for host in "ab") for way in "io"]


def seen(result):
    return program_report.row(result.stderr_text, "packets seen")


@scenario
class Refused(Scenario):
    name = "a_refused_connection_is_in_a_row_at_both_ends"

    def traffic(self, bed):
        talk.close_in_order(*talk.open_pair(bed))
        for address in (bed.b.addr4, bed.b.addr6):
            try:
                bed.a.connect(address, talk.PORT + 1)
            except ConnectionRefusedError:
                pass

    def judge(self, result):
        yield from common.complete_run(result)
        found = program_report.row(result.stderr_text, "late, no such")
        yield found == (2, 2), "two SYNs and the resets that answer them", result.stderr_text


@scenario
class TimewaitSyn(Scenario):
    """A SYN that may open a new connection over a time-wait socket: it needs a listener, too."""

    name = "a_syn_that_meets_time_wait_is_in_one_row_with_a_listener_and_without"
    preemption = True
    CLIENT = 40000

    def traffic(self, bed):
        for address in (bed.b.addr4, bed.b.addr6):
            listener = bed.b.listen(talk.PORT, socket.AF_INET6 if ":" in address else socket.AF_INET)
            self.leave_time_wait(bed, address, listener)
            self.leave_time_wait(bed, address, listener)
            listener.close()
            try:
                bed.a.connect(address, talk.PORT, bind_port=self.CLIENT)
            except ConnectionRefusedError:
                continue
            raise RuntimeError("a connection without a listener")

    def leave_time_wait(self, bed, address, listener):
        client = bed.a.connect(address, talk.PORT, bind_port=self.CLIENT)
        server, _ = listener.accept()
        talk.exchange(client, server)
        server.close()
        talk.read_to_end(client)
        bed.settle()
        client.close()
        bed.settle()

    def judge(self, result):
        yield from common.ran_well(result)
        stderr = result.stderr_text
        # For each family: two FINs; the SYN that nobody takes, and the reset that answers the
        # acknowledgement it gets. More where the first FIN was sent again.
        row = program_report.row(stderr, "time-wait") or (0, 0)
        yield row[0] >= 8 and not row[1], "packets that met time-wait sockets", stderr
        row = program_report.row(stderr, "late, no such")
        yield row == (2, 2), "then each SYN is sent again and refused", stderr
        came, left = came_and_left(result)
        missed = [result.missed(way) for way in "io"]
        coalesced = sum(result.nstat(host)[COALESCED] for host in "ab")
        yield came == seen(result)[0] + coalesced + missed[0], "every packet that came is in a row", (
            f"{came} {stderr}")
        yield left == seen(result)[1] + missed[1] + self.stateless(result), (
            "so is each sent one but SYN-ACKs and those of time-wait sockets"), f"{left} {stderr}"

    @staticmethod
    def stateless(result):
        """Packets that the server sent without a full socket: SYN-ACKs, and all acknowledgements of
        the client's FIN, as the server had closed before."""
        packets = pcap.read(result.pcap("b"))
        ends = {packet.end_seq for packet in packets
                if packet.src in common.ADDRESSES["a"] and packet.has(FIN)}
        return sum(packet.has(SYN) or packet.ack in ends for packet in packets
                   if packet.src in common.ADDRESSES["b"] and packet.has(ACK) and
                   not packet.has(RST))


@scenario
class ResetLine(Scenario):
    """A Fast Open server that has closed answers a SYN within its window before the handshake's end."""

    name = "a_reset_that_a_closing_connection_sends_in_answer_is_a_line"
    FROM, FIRST = (raw.STRANGER, 40000), 1000

    def traffic(self, bed):
        bed.b.sysctl("net.ipv4.tcp_fastopen", 0x202)  # for servers, without a cookie
        raw.place_stranger(bed.b, bed.a)
        listener = bed.b.listen(talk.PORT)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
        to = (bed.b.addr4, talk.PORT)
        raw.send(bed.a, raw.segment(self.FROM, to, self.FIRST, raw.SYN, b"data"), to[0])
        server, _ = listener.accept()
        talk.read_exactly(server, 4)
        server.close()
        raw.send(bed.a, raw.segment(self.FROM, to, self.FIRST + 100, raw.SYN), to[0])
        wait_for(lambda: bed.b.nstat()["TcpOutRsts"], "reset")
        listener.close()

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from log_invariants.checks(log.run)
        lines = [line for line in log.run.lines if line.fport == self.FROM[1]]
        at = next((i for i, line in enumerate(lines) if line.direction == "i"), None)
        yield at is not None and at + 1 < len(lines), "the SYN has a line, and the next", f"{lines}"
        came, left = lines[at:at + 2]
        differ = [name for name in siftrlog.NUMBERS if came.values[name] != left.values[name]]
        yield (left.direction == "o" and left.conn_state == 6 and not differ,
               "the reset shows the state before it, and adds nothing in flight",
               f"{came} {left} {differ}")
        resets = [packet for packet in pcap.read(result.pcap("b")) if packet.has(RST)]
        yield len(resets) == 1 and not resets[0].seq, "one reset was sent", f"{resets}"
        sent = sum(line.direction == "o" for line in lines)
        sent_by_socket = [packet for packet in pcap.read(result.pcap("b"))
                          if packet.dst == self.FROM[0] and not packet.has(SYN)]
        yield sent == len(sent_by_socket), "each packet sent has a line", f"{sent_by_socket}"


@scenario
class ResetSampled(ResetLine):
    name = "a_reset_in_answer_is_a_packet_of_its_flow_to_ppl"
    tracer_args = ("--ppl", "3")

    def judge(self, result):
        yield from common.ran_well(result)
        log, stderr = siftrlog.parse(result.log_text), result.stderr_text
        yield from common.well_formed(log)
        # What the socket sent after the handshake's first half, and the second SYN.
        packets = 1 + sum(packet.dst == self.FROM[0] and not packet.has(SYN)
                          for packet in pcap.read(result.pcap("b")))
        held = sum(program_report.row(stderr, "held back by --ppl"))
        lines = sum(program_report.row(stderr, "lines in the log"))
        yield (packets >= 3 and lines == packets // 3 and held == packets - lines,
               "every third packet is a line, the reset counted", f"{packets} packets: {stderr}")
