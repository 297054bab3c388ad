"""Which connections the filters select that look at sockets. A full trace beside them has every packet;
what each socket has is known, because the scenario gave it, and ss's own filters find the same."""

import contextlib
import json
import os
import socket
import time
from collections import Counter
from pathlib import Path

from bed.scenario import Scenario, scenario
from judge import common, program_report, siftrlog
from judge.ss_compare import endpoint
from scenarios import links, talk

SO_MARK = 36
UID, MARK = 1001, 0x12
EXCHANGES = 2  # of each connection in each phase
PHASES = 3
CGROUPS = Path("/sys/fs/cgroup")
CHOSEN, CHILD, OTHER = "chosen", "chosen/child", "other"

# By port, what the client's socket has that differs from what the wanting tracer wants.
WANTED = {"uid": UID, "mark": MARK, "cc": "reno", "cgroup": CHILD}
PLAIN = {"uid": 0, "mark": 0, "cc": "cubic", "cgroup": None}
ALL, UIDS, MARKS, CCS, IFACES, NETNS, CHANGING, NONE, CC_ONLY, CGROUP, CGROUP_ONLY = range(81, 92)
CLIENTS = {ALL: WANTED, UIDS: {**WANTED, "uid": 0}, MARKS: {**WANTED, "mark": 0x22},
           CCS: {**WANTED, "cc": "cubic"}, IFACES: WANTED, NETNS: WANTED,
           CHANGING: {**WANTED, "cc": "cubic"}, NONE: PLAIN, CC_ONLY: {**PLAIN, "cc": "reno"},
           CGROUP: {**WANTED, "cgroup": OTHER}, CGROUP_ONLY: {**PLAIN, "cgroup": CHILD}}

WANTING = ("--netns", "a,b", "--uid", f"1,{UID}", "--mark", "0x10/0xf0,!0x13", "--cc", "reno",
           "--iface", "veth-a", "--iface", "veth-b", "--cgroup", CHOSEN)
REFUSING = ("--netns", "!c,!/run/netns/d", "--uid", f"!{UID}", "--mark", "!0x10/0xf0", "--cc", "!reno",
            "--iface", "!lo", "--cgroup", f"!{CGROUPS}/{CHOSEN}")
ROWS = ("netns", "uid", "mark", "cc", "iface", "cgroup")


@contextlib.contextmanager
def in_cgroup(name):
    """This process is in the cgroup for the time of the block, if there is a name."""
    home = CGROUPS / Path("/proc/self/cgroup").read_text().split("::/")[1].strip() / "cgroup.procs"
    if name:
        (CGROUPS / name / "cgroup.procs").write_text(f"{os.getpid()}")
    try:
        yield
    finally:
        home.write_text(f"{os.getpid()}")


def set_values(sock, values):
    os.fchown(sock.fileno(), values["uid"], -1)
    sock.setsockopt(socket.SOL_SOCKET, SO_MARK, values["mark"])
    talk.set_control(sock, values["cc"])


@scenario
class Sockets(Scenario):
    name = "filters_of_sockets_have_the_lines_of_a_full_trace_that_match"
    tracer = None
    capture = False
    timeout = 120

    def traffic(self, bed):
        for name in (CHOSEN, CHILD, OTHER):
            (CGROUPS / name).mkdir()
        with links.pair(bed) as twins:
            first = bed.start_tracer([])
            others = [bed.start_tracer([*args, "--stats", f"{name}.json"], log=f"{name}.log")
                      for name, args in (("wanting", WANTING), ("refusing", REFUSING))]
            ends = {port: self.open(bed, twins, port) for port in CLIENTS}
            for phase in range(PHASES):
                for _ in range(EXCHANGES):
                    for pair in ends.values():
                        talk.exchange(*pair, 100, 2000)
                bed.settle()
                bed.note(f"phase-{phase}", time.time_ns() // 1000)
                self.change(bed, ends, phase)
            for pair in ends.values():
                talk.close_in_order(*pair)
            bed.settle()
            for tracer in others:
                tracer.stop()
            bed.tracer = first
        for name in (CHILD, CHOSEN, OTHER):
            (CGROUPS / name).rmdir()

    @staticmethod
    def open(bed, twins, port):
        left, right = twins if port == NETNS else (bed.a, bed.a if port == IFACES else bed.b)
        listener = right.listen(port)
        with in_cgroup(CLIENTS[port]["cgroup"]):
            client = left.socket()
        set_values(client, CLIENTS[port])
        client.connect((right.addr4, port))
        server, _ = listener.accept()
        listener.close()
        return client, server

    @staticmethod
    def change(bed, ends, phase):
        """What ss finds in the first phase; a connection that is wanted in the second one alone; and a
        server that gets its mark when it has accepted."""
        if phase == 0:
            for name, words in (("mark", "fwmark = 0x10/0xf0"), ("cgroup", f"cgroup = {CGROUPS}/{CHILD}")):
                bed.save(f"ss-{name}.txt", bed.a.run(["ss", "-tnHO", *words.split()], check=True).stdout)
            talk.set_control(ends[CHANGING][0], "reno")
            ends[NONE][1].setsockopt(socket.SOL_SOCKET, SO_MARK, MARK)
        elif phase == 1:
            ends[CHANGING][0].setsockopt(socket.SOL_SOCKET, SO_MARK, 0x22)

    def judge(self, result):
        yield from common.ran_well(result)
        lines = [line for line in siftrlog.parse(result.log_text).run.lines if self.port(line)]
        missed = self.missed(result.stderr_text)
        for name, matches in (("wanting", self.is_wanted), ("refusing", self.is_not_refused)):
            book = json.loads(result.text(f"{name}.json"))
            wanted = Counter(map(self.key, (line for line in lines if matches(result, line))))
            got = Counter(map(self.key, filter(
                self.port, siftrlog.parse(result.text(f"{name}.log")).run.lines)))
            yield sum(wanted.values()) > 4 * EXCHANGES, f"connections of {name} were logged", ""
            yield ((got - wanted).total() <= missed and
                   (wanted - got).total() <= sum(count or 0 for count in book["missed"].values()),
                   f"{name}: the lines of the matching sockets",
                   f"{Counter(key[1] for key in wanted - got)}, {Counter(key[1] for key in got - wanted)}")
            for row in ROWS:
                row = f"filtered_{row}"
                yield book["in"][row] > 0 < book["out"][row], f"{name}: {row} counts", f"{book}"
            for direction in ("in", "out"):
                filtered = sum(book[direction][f"filtered_{row}"] for row in ROWS)
                yield (filtered == book[direction]["filtered"] and filtered + book[direction]["seen"] ==
                       book[direction]["hook_runs"], f"{name}: the rows add up, {direction}", f"{book}")
        for name, matches in (("mark", lambda values: values["mark"] & 0xf0 == 0x10),
                              ("cgroup", lambda values: values["cgroup"] == CHILD)):
            shown = {endpoint(words.split()[4])[1] for words in result.text(f"ss-{name}.txt").splitlines()}
            known = {port for port in CLIENTS if port != NETNS and matches(CLIENTS[port])}
            yield shown & set(CLIENTS) == known, f"ss finds the same sockets by {name}", f"{shown}, {known}"

    @staticmethod
    def missed(text):
        return program_report.missed(text, "i") + program_report.missed(text, "o")

    @staticmethod
    def port(line):
        return next((port for port in (line.fport, line.lport) if port in CLIENTS), None)

    @staticmethod
    def key(line):
        return (line.direction, line.flow,
                tuple((name, value) for name, value in line.values.items() if name != "flowid"))

    @staticmethod
    def phase(result, line):
        return sum(line.time_us > result.facts[f"phase-{number}"] for number in range(PHASES - 1))

    def is_wanted(self, result, line):
        return line.fport == ALL or line.fport == CHANGING and self.phase(result, line) == 1

    def is_not_refused(self, result, line):
        if line.fport in CLIENTS:
            return line.fport == NONE
        if line.lport == NONE:
            return self.phase(result, line) == 0
        return line.lport not in (IFACES, NETNS)
