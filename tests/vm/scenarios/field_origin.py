"""Fields from other moments than those of packets: the handshake, and the process of a connection."""

import re
import subprocess
import sys

from bed.scenario import Scenario, scenario
from bed.waiting import PATIENCE, wait_for
from judge import column_tally, common, field_rows, pcap
from judge.ss_compare import endpoint
from scenarios import talk

SYN_RETRANS = "TcpExtTCPSynRetrans"


@scenario
class Handshake(Scenario):
    """Three connections: nothing lost, a SYN lost, a SYN-ACK lost. Every third packet has a row, so
    that the first row is from after the handshake."""

    name = "handshake_fields_agree_with_ss_nstat_and_the_capture"
    tracer_args = ("--format", "csv", "--fields", "handshake_rtt,syn_retrans", "--ppl", "3")
    LABELS = ("plain", "syn", "synack")

    def traffic(self, bed):
        for number, label in enumerate(self.LABELS):
            ends = self.open(bed, label, talk.PORT + number)
            bed.settle()
            bed.snapshot(label)
            for _ in range(3):
                talk.exchange(*ends)
            talk.close_in_order(*ends)

    @staticmethod
    def open(bed, label, port):
        losing = {"syn": bed.a, "synack": bed.b}.get(label)
        bed.netem(bed.b, "delay 20ms")
        if not losing:
            return talk.open_pair(bed, port=port)
        before = losing.nstat()[SYN_RETRANS]
        bed.netem(losing, "loss 100%")
        opening = talk.Worker(lambda: talk.open_pair(bed, port=port, timeout=60 * PATIENCE))
        wait_for(lambda: losing.nstat()[SYN_RETRANS] > before, f"a lost {label} sent again")
        bed.netem(losing, "delay 20ms")
        return opening.result()

    def judge(self, result):
        yield from common.ran_well(result)
        rows = field_rows.parse(result.log_text)
        counted = dict.fromkeys("ab", 0)
        for host in "ab":
            for label in self.LABELS:
                flow, rtt = self.shown(result, host, label)
                of_flow = [row for row in rows if field_rows.flow_of(row) == flow]
                values = {(row["handshake_rtt"], row["syn_retrans"]) for row in of_flow}
                yield len(values) == 1, f"the rows of {label} at {host} agree", f"{flow} {values}"
                got, again = next(iter(values))
                yield (column_tally.agree("handshake_rtt", column_tally.SS, f"{int(got) / 1000:g}", rtt,
                                          len(of_flow)), f"handshake_rtt is that of ss, {label} at {host}",
                       f"{got}, ss {rtt}")
                yield int(again) > 0 or (host, label) not in {("a", "syn"), ("b", "synack")}, (
                    f"what was lost was sent again, {label} at {host}"), again
                counted[host] += int(again)
            yield (column_tally.agree("syn_retrans", column_tally.COUNTERS, counted[host],
                                      result.nstat(host)[SYN_RETRANS], len(self.LABELS)),
                   f"syn_retrans adds up to what nstat counted at {host}",
                   f"{counted}, {result.nstat(host)[SYN_RETRANS]}")
        flow, rtt = self.shown(result, "a", "plain")
        captured = self.captured(result, flow)
        # The kernel takes its times before a SYN is captured and after a SYN-ACK is.
        yield (captured is not None and float(rtt) * 1000 >= captured - 1 >= 20000,
               "handshake_rtt is not less than in the capture", f"{rtt}, {captured}")

    def shown(self, result, host, label):
        """(flow, text of its RTT), as ss showed the socket after the handshake."""
        port = talk.PORT + self.LABELS.index(label)
        for text in result.text(f"ss-{label}-{host}.txt").splitlines():
            words = text.split()
            flow = endpoint(words[3]) + endpoint(words[4]) if "cwnd:" in text else ()
            if port in flow:
                return flow, re.search(r"\brtt:([\d.e+]+)/", text)[1]
        raise LookupError(f"ss shows no connection with port {port}")

    @staticmethod
    def captured(result, flow):
        """Microseconds from the SYN to the SYN-ACK."""
        sent = None
        for packet in pcap.read(result.pcap("a")):
            ends = {(packet.src, packet.sport), (packet.dst, packet.dport)}
            if packet.has(pcap.SYN) and ends == {flow[:2], flow[2:]}:
                if packet.has(pcap.ACK):
                    return packet.time_us - sent
                sent = packet.time_us
        return None


# One end of a connection, in a process with a name of its own. It does what its stdin says.
PEER = r"""
import socket, sys
name, address, port = sys.argv[1:]
open("/proc/self/comm", "w").write(name)
made = socket.socket()
if name.startswith("server"):
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, int(port)))
    made.listen()
    print("ready", flush=True)
    sys.stdin.readline()
    end = made.accept()[0]
else:
    made.connect((address, int(port)))
    end = made
print("ready", flush=True)
for line in sys.stdin:
    if line == "send\n":
        end.sendall(b"x" * 3000)
    else:
        for _ in range(2):
            end.recv(1500, socket.MSG_WAITALL)
    print("ready", flush=True)
"""


class Peer:
    """A process that does one thing after the other."""

    def __init__(self, host, name, address, port):
        self.process = host.spawn([sys.executable, "-c", PEER, name, address, str(port)],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.host = host
        if name.startswith("server"):
            self.wait()

    def wait(self):
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("a peer has ended")

    def do(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        self.wait()


@scenario
class Owner(Scenario):
    """A connection older than the trace, of which one end never sends but is known from the start all the
    same, and one made while it runs."""

    name = "pid_and_comm_fields_agree_with_ss"
    tracer = None
    OLD, NEW = talk.PORT, talk.PORT + 1
    NAMES = {OLD: ("client old", "server old"), NEW: ('client, "new"', "server new")}

    def traffic(self, bed):
        old = self.open(bed, self.OLD)
        bed.start_tracer(("--format", "csv", "--fields", "+payload_len,pid,comm"))
        new = self.open(bed, self.NEW)
        for client, server in (old, new):
            client.do("send")
            bed.settle()
            if server is new[1]:
                server.do("accept")
            server.do("receive")
        for host in bed.hosts:
            bed.save(f"ss-{host.name}.txt", host.run(["ss", "-tnpHO"], check=True).stdout)
        bed.settle()

    def open(self, bed, port):
        names = self.NAMES[port]
        server = Peer(bed.b, names[1], bed.b.addr4, port)
        client = Peer(bed.a, names[0], bed.b.addr4, port)
        client.wait()
        if port == self.OLD:
            server.do("accept")
        return client, server

    def judge(self, result):
        yield from common.ran_well(result)
        rows = field_rows.parse(result.log_text)
        shown = dict(self.shown(result))
        yield len(shown) == 4, "ss shows both ends of both connections", f"{shown}"
        for flow, (name, pid) in sorted(shown.items()):
            port = self.OLD if self.OLD in flow else self.NEW
            of_flow = [row for row in rows if field_rows.flow_of(row) == flow]
            values = [(row["comm"], row["pid"]) for row in of_flow]
            is_client = flow[3] == port
            for value in values:
                for number, field in enumerate(("comm", "pid")):
                    if value[number]:
                        column_tally.agree(field, column_tally.SS, value[number], (name, pid)[number])
            yield (name == self.NAMES[port][0 if is_client else 1], f"{name} has its connection", "")
            if is_client or port == self.OLD:
                yield values and set(values) == {(name, pid)}, f"every row has {name}", f"{values}, {pid}"
            else:
                yield (values[0] == ("", "") and values[-1] == (name, pid) and
                       set(values) == {("", ""), (name, pid)},
                       f"the rows from before it accepted do not have {name}, later ones do",
                       f"{values}, {pid}")

    @staticmethod
    def shown(result):
        """flow -> (name, number) of its process."""
        for host in "ab":
            for text in result.text(f"ss-{host}.txt").splitlines():
                words = text.split()
                user = re.search(r'users:\(\("(.*)",pid=(\d+),fd=', text)
                if user:
                    yield endpoint(words[3]) + endpoint(words[4]), (user[1], user[2])
