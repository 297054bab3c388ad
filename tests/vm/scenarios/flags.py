"""The flag columns: each bit is set exactly when the socket was in the state that it stands for."""

import socket
import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from judge import column_tally, common, line_packet_pairs, packet_flags
from judge.pcap import SYN
from scenarios import links, opening, talk

THOROUGH = True

NODELAY, NOPUSH = 0x4, 0x1000
SCALE, STAMPS, SACK = 0x60, 0x180, 0x200
FASTOPEN = 0x80000000
SERVERS = (talk.PORT, talk.PORT + 1)
LENGTH = 1 << 20
KERNEL_TYPES = Path("/sys/kernel/btf/vmlinux")


def exact(name, triples, oracle=column_tally.CAPTURE):
    """One check that every (line, shown, wanted) agrees, one that both values occurred."""
    triples = list(triples)
    wrong = [f"line {line.number} {line.direction}: {shown}, should be {wanted}"
             for line, shown, wanted in triples if shown != wanted]
    column_tally.add(name, oracle, len(triples), len(wrong))
    yield not wrong, f"{name} agrees on {len(triples)} lines", (
        f"{len(wrong)} differ: " + "; ".join(wrong[:6]))
    values = {bool(wanted) for _, _, wanted in triples}
    yield values == {False, True}, f"{name} was both set and unset", f"{values}"


def now_us():
    return time.time_ns() // 1000


def verdict_of(result, hosts=common.EXTRA):
    return common.verdict_of(result, common.siftrlog.parse(result.log_text), hosts=hosts)


def impaired_transfer(bed, impairment, there="delay 10ms limit 10000", segments=2, sysctl=None,
                      last_words=False):
    """A megabyte from c to d. Until it has arrived the router impairs what it sends to d, and `there`
    is the discipline of what leaves c; the connection closes without impairment."""
    with links.pair(bed, middle=True) as hosts:
        # A socket reads the limit when it connects; packets of older sockets would be split below the hook.
        for host in hosts:
            if sysctl:
                host.sysctl(*sysctl)
            links.ip("-n", host.name, "link", "set", host.dev, "gso_max_segs", str(segments))
        client, server = talk.open_pair(bed, client=hosts[0], server=hosts[1])
        if there:
            links.impair(hosts[0], there)
        links.impair(hosts[1], f"{impairment} limit 10000")
        talk.transfer(client, server, LENGTH)
        links.settle(hosts)
        links.impair(hosts[1], f"{' '.join(impairment.split()[:2])} limit 10000")
        if last_words:
            talk.exchange(client, server)
        talk.close_in_order(client, server)


@scenario
class Options(Scenario):
    name = "nodelay_and_cork_show_while_they_are_set"
    # (TCP_NODELAY, TCP_CORK) at the client, one after the other.
    stages = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        client = bed.a.connect(bed.b.addr4, talk.PORT)
        server, _ = listener.accept()
        since = []
        for nodelay, cork in self.stages:
            bed.settle()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, nodelay)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, cork)
            bed.settle()
            since.append(now_us())
            # Full segments leave even a corked socket at once, the rest after 200 ms.
            talk.exchange(client, server, 4000, 4000)
        bed.settle()
        bed.note("since", since)
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result)
        run = line_packet_pairs.log_of(result)
        since = result.facts["since"]
        for bit, name, at in ((NODELAY, "TF_NODELAY", 0), (NOPUSH, "TF_NOPUSH", 1)):
            yield from exact(name, self.triples(run, since, bit, at), column_tally.EVENTS)

    def triples(self, run, since, bit, at):
        for stage, start, end in zip(self.stages, since, since[1:] + [1 << 60]):
            for line in run.lines:
                if start <= line.time_us < end:
                    client = line.fport == talk.PORT
                    yield line, bool(line.t_flags & bit), bool(client and stage[at])


@scenario
class Waiting(Scenario):
    name = "a_delayed_ack_shows_while_it_waits"

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        for _ in range(30):
            talk.exchange(client, server, 100, 100)
            # The first part is still unacknowledged when the second is sent, unless the kernel is quick.
            client.sendall(b"1" * 50)
            client.sendall(b"2" * 50)
            talk.read_exactly(server, 100)
            server.sendall(b"3" * 50)
            server.sendall(b"4" * 50)
            talk.read_exactly(client, 100)
        bed.settle()
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result)
        triples = [triple for _, pairs in line_packet_pairs.flows(verdict_of(result, common.ADDRESSES))
                   for triple in packet_flags.waiting(pairs)]
        yield from exact("TF_DELACK", triples)


@scenario
class Recovering(Scenario):
    name = "fast_recovery_shows_from_the_retransmission_to_its_end"
    timeout = 120

    def traffic(self, bed):
        impaired_transfer(bed, "delay 10ms loss 2%")

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        _, sender = line_packet_pairs.flow(verdict_of(result), "c")
        found = packet_flags.Recoveries(sender)
        nstat = result.nstat("c")
        column_tally.add("TF_FASTRECOVERY", column_tally.CAPTURE, len(sender), len(found.wrong))
        yield (not found.wrong, "recoveries begin with a report of a hole and see its retransmission",
               "; ".join(found.wrong[:6]))
        yield (found.stays == nstat["TcpExtTCPSackRecovery"] > 0,
               f"{found.stays} recoveries, as many as the kernel counted",
               f"{found.stays}, nstat {nstat['TcpExtTCPSackRecovery']}")
        ended = sum(nstat[f"TcpExtTCP{name}"] for name in (
            "SackRecoveryFail", "FullUndo", "PartialUndo", "DSACKUndo"))
        yield (found.cut <= ended, "recoveries end when all sent before them is acknowledged",
               f"{found.cut} ended before, the kernel gave up {ended}")


class Unoptioned(Scenario):
    """A transfer between hosts that do not offer an option."""

    key, bits, absent = "", 0, ""

    def traffic(self, bed):
        for host in bed.hosts:
            host.sysctl(self.key, 0)
        client, server = talk.open_pair(bed)
        talk.exchange(client, server, 100, 40000)
        bed.settle()
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result)
        lines = line_packet_pairs.log_of(result).lines
        everything = SCALE | STAMPS | SACK
        found = {line.t_flags & everything for line in lines}
        yield (found == {everything & ~self.bits}, f"only the bits of {self.absent} are missing",
               f"{[hex(value) for value in found]}")


@scenario
class NoScale(Unoptioned):
    name = "without_window_scaling_its_bits_are_unset"
    key, bits, absent = "net.ipv4.tcp_window_scaling", SCALE, "window scaling"


@scenario
class NoStamps(Unoptioned):
    name = "without_timestamps_their_bits_are_unset"
    key, bits, absent = "net.ipv4.tcp_timestamps", STAMPS, "timestamps"


@scenario
class NoSack(Unoptioned):
    name = "without_sack_its_bit_is_unset"
    key, bits, absent = "net.ipv4.tcp_sack", SACK, "SACK"


@scenario
class Reordered(Scenario):
    name = "the_reassembly_queue_is_what_the_sack_blocks_report"
    timeout = 120

    def traffic(self, bed):
        impaired_transfer(bed, "delay 10ms loss 0.5% reorder 5%", there=None, segments=1,
                          sysctl=("net.ipv4.tcp_timestamps", 0))

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        _, receiver = line_packet_pairs.flow(verdict_of(result), "d")
        triples = list(packet_flags.reassembly(receiver, timestamps=False))
        full = [line for line, shown, wanted in triples if wanted is None]
        yield (all(line.t_segqlen > 0 for line in full),
               f"{len(full)} lines with all blocks in use hold segments", "")
        yield from exact("t_segqlen and SACK blocks",
                         [triple for triple in triples if triple[2] is not None])


@scenario
class FastOpened(Scenario):
    name = "fast_open_shows_on_the_flows_that_used_it"

    def traffic(self, bed):
        with links.pair(bed, middle=True) as (left, right):
            for host in (left, right):
                host.sysctl("net.ipv4.tcp_fastopen", 3)
                # Long enough for the server to answer during the handshake.
                links.impair(host, "delay 20ms")
            talk.close_in_order(*talk.open_pair(bed, talk.PORT + 1, client=left, server=right))
            listener = right.listen(talk.PORT)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
            for _ in range(2):
                opening.FastOpen.call(left, right, listener)
        bed.note("marks", b"syn_fastopen_child" in KERNEL_TYPES.read_bytes())

    def judge(self, result):
        yield from common.complete_run(result, hosts=common.EXTRA)
        yield result.nstat("d")["TcpExtTCPFastOpenPassive"] == 1, "a SYN's data was taken", ""
        lines = [line for line in line_packet_pairs.log_of(result).lines
                 if line.lport not in SERVERS]
        yield from exact("TF_FASTOPEN", ((line, bool(line.t_flags & FASTOPEN),
                                          line.fport == talk.PORT) for line in lines))
        yield from self.servers(result)

    @staticmethod
    def servers(result):
        """The server's end shows data taken on the SYN, where the kernel keeps that."""
        taken = {packet.sport for packet in common.packets(result, "d")
                 if packet.has(SYN) and packet.payload}
        wrong = [line.number for line in line_packet_pairs.log_of(result).lines
                 if line.lport in SERVERS and bool(line.t_flags & FASTOPEN) !=
                 (result.facts["marks"] and line.fport in taken)]
        yield len(taken) == 1 and not wrong, "TF_FASTOPEN is exact at the server", f"{taken} {wrong}"
