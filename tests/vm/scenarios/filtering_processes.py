"""Which connections the filters by process select: of a process that had one before the trace, makes and
accepts others, hands one over, leaves one to a child, and ends before its last one."""

import json
import re
import subprocess
import sys
import time
from collections import Counter

from bed.scenario import Scenario, scenario
from judge import common, siftrlog
from judge.ss_compare import endpoint
from scenarios import talk
from scenarios.filtering_sockets import Sockets

OLD, NEW, FOREIGN, GIVEN, FORKED, LAST, SERVED = range(91, 98)
EXCHANGES = 2
MEETING = "/run/heir"  # where a socket is handed over
ROWS = {"pid": "filtered_pid", "comm": "filtered_comm"}

# A process with a name, which does what its stdin says: WHAT PORT [ARGUMENT].
PEER = r"""
import os, socket, sys
def become(name):
    open("/proc/self/comm", "w").write(name)
become(sys.argv[1])
held = {}
def act(what, port, argument):
    if what == "connect":
        held[port] = socket.create_connection((argument, int(port)))
    elif what == "listen":
        held[port] = socket.create_server(("", int(port)))
    elif what == "accept":
        held[port] = held[port].accept()[0]
    elif what == "send":
        held[port].sendall(b"x" * 300)
    elif what == "receive":
        held[port].recv(300, socket.MSG_WAITALL)
    elif what == "give":
        with socket.socket(socket.AF_UNIX) as way, held.pop(port) as given:
            way.connect(argument)
            socket.send_fds(way, [b"x"], [given.fileno()])
    elif what == "wait":
        held["way"] = socket.socket(socket.AF_UNIX)
        held["way"].bind(argument)
        held["way"].listen()
    elif what == "take":
        taken = socket.recv_fds(held["way"].accept()[0], 1, 1)[1]
        held[port] = socket.socket(fileno=taken[0])
    elif what == "leave":
        down, up = os.pipe(), os.pipe()
        if not os.fork():
            become(argument)
            os.close(down[1])
            for other in set(held) - {port}:
                held[other].close()
            while what := os.read(down[0], 1):
                act({b"s": "send", b"r": "receive"}[what], port, "-")
                os.write(up[1], b"x")
            os._exit(0)
        held.pop(port).close()
        held[port] = (down[1], up[0])
    elif what == "child":
        os.write(held[port][0], argument.encode())
        os.read(held[port][1], 1)
for line in sys.stdin:
    act(*line.split())
    print("ready", flush=True)
"""


class Peer:
    def __init__(self, host, name):
        self.process = host.spawn([sys.executable, "-c", PEER, name], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)

    def do(self, what, port, argument="-"):
        self.process.stdin.write(f"{what} {port} {argument}\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError(f"a peer ended at {what} {port}")


@scenario
class Processes(Scenario):
    name = "filters_by_process_follow_the_owner_of_a_connection"
    one_kernel = True
    tracer = None
    capture = False
    timeout = 120

    def traffic(self, bed):
        owner, heir = Peer(bed.a, "owner"), Peer(bed.a, "heir")
        bed.note("owner", owner.process.pid)
        ends = {OLD: self.open(bed, owner, OLD)}
        owner.do("listen", SERVED)
        first = bed.start_tracer([])
        others = [bed.start_tracer([*args, "--stats", f"{name}.json"], log=f"{name}.log")
                  for name, args in (("pid", ("--pid", owner.process.pid)), ("comm", ("--comm", "!owner")))]
        ends[OLD].sendall(b"y" * 300)  # before the owner does anything
        ends[SERVED] = bed.b.connect(bed.a.addr4, SERVED)
        ends[SERVED].sendall(b"y" * 300)  # before it accepts
        bed.settle()
        owner.do("receive", OLD)
        owner.do("accept", SERVED)
        owner.do("receive", SERVED)
        for port in (NEW, FOREIGN, GIVEN, FORKED, LAST):
            ends[port] = self.open(bed, heir if port == FOREIGN else owner, port)
        self.talk(ends, {port: heir if port == FOREIGN else owner for port in ends})
        self.quiet(bed, 0)
        heir.do("wait", GIVEN, MEETING)
        owner.do("give", GIVEN, MEETING)
        heir.do("take", GIVEN)
        owner.do("leave", FORKED, "child")
        self.talk({port: ends[port] for port in (OLD, NEW, FOREIGN, GIVEN, LAST, SERVED)},
                  {port: heir if port in (FOREIGN, GIVEN) else owner for port in ends})
        for _ in range(EXCHANGES):
            owner.do("child", FORKED, "s")
            talk.read_exactly(ends[FORKED], 300)
            ends[FORKED].sendall(b"y" * 300)
            owner.do("child", FORKED, "r")
        self.quiet(bed, 1)
        for peer in (owner, heir):
            peer.process.kill()
            peer.process.wait()
        for end in ends.values():
            end.close()
        bed.settle()
        for tracer in others:
            tracer.stop()
        bed.tracer = first

    @staticmethod
    def open(bed, peer, port):
        listener = bed.b.listen(port)
        peer.do("connect", port, bed.b.addr4)
        server, _ = listener.accept()
        listener.close()
        return server

    @staticmethod
    def talk(ends, peers):
        for _ in range(EXCHANGES):
            for port, end in ends.items():
                peers[port].do("send", port)
                talk.read_exactly(end, 300)
                end.sendall(b"y" * 300)
                peers[port].do("receive", port)

    @staticmethod
    def quiet(bed, number):
        bed.settle()
        bed.save(f"ss-{number}.txt", bed.a.run(["ss", "-tnpHO"], check=True).stdout)
        bed.note(f"phase-{number}", time.time_ns() // 1000)

    def judge(self, result):
        yield from common.ran_well(result)
        lines = [line for line in siftrlog.parse(result.log_text).run.lines if self.port(line)]
        missed = Sockets.missed(result.stderr_text)
        for name, row in ROWS.items():
            book = json.loads(result.text(f"{name}.json"))
            wanted = Counter(Sockets.key(line) for line in lines
                             if self.is_owned(result, line) == (name == "pid"))
            got = Counter(map(Sockets.key, filter(
                self.port, siftrlog.parse(result.text(f"{name}.log")).run.lines)))
            yield sum(wanted.values()) > 6 * EXCHANGES, f"connections by {name} were logged", ""
            yield ((got - wanted).total() <= missed and
                   (wanted - got).total() <= sum(count or 0 for count in book["missed"].values()),
                   f"{name}: the lines of the owner's connections",
                   f"lack {Counter(key[:2] for key in wanted - got)}, "
                   f"surplus {Counter(key[:2] for key in got - wanted)}")
            for direction in ("in", "out"):
                yield (book[direction][row] == book[direction]["filtered"] > 0,
                       f"{name}: all others are counted as {row}, {direction}", f"{book}")
        for number, ports in ((0, {OLD, NEW, GIVEN, FORKED, LAST, SERVED}), (1, {OLD, NEW, LAST, SERVED})):
            shown = self.shown(result, number)
            yield shown == ports, f"ss shows the same owner in phase {number}", f"{shown}, {ports}"

    @staticmethod
    def shown(result, number):
        """The ports of what ss shows as the owner's."""
        owner = result.facts["owner"]
        return {port for text in result.text(f"ss-{number}.txt").splitlines()
                if re.search(rf"\bpid={owner},", text)
                for port in (endpoint(text.split()[3])[1], endpoint(text.split()[4])[1])
                if OLD <= port <= SERVED}

    @staticmethod
    def port(line):
        return next((port for port in (line.fport, line.lport) if OLD <= port <= SERVED), None)

    @staticmethod
    def is_owned(result, line):
        if line.lport == SERVED:
            return True
        if line.fport in (GIVEN, FORKED):
            return line.time_us <= result.facts["phase-0"]
        return line.fport in (OLD, NEW, LAST)
