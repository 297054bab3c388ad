"""Which lines --cc selects. A full trace beside it has the name of the congestion control in each row, so
that what is wanted is known row by row, however a connection came to its congestion control."""

import contextlib
import json
import socket
import time
from collections import Counter

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer
from judge import common, field_rows
from scenarios import talk
from scenarios.controlling import SOCKET, Control
from scenarios.filtering_sockets import Sockets
from scenarios.names import shown_as

THOROUGH = True

MPTCP = 262  # IPPROTO_MPTCP
FUNCTION = "tcp_set_congestion_control"
NOTICE = f"{FUNCTION} cannot be hooked in this kernel: --cc looks at the congestion control"
EXCHANGES = 2  # of each connection in each phase
# By port, who has another congestion control than cubic: nobody; the client in the second phase; the
# server then; the server, from its listener; the client, by its route; a client with MPTCP in the second.
PORTS = STAYS, CLIENT, SERVER, LISTENER, ROUTE, MULTIPATH = range(81, 87)
TABLE = ("--format", "csv", "--fields", "+cc_name")
# name: (the tracer's arguments, the congestion controls that it wants in each phase)
TRACERS = {
    "hooked": (("--cc", "reno"), [{"reno"}] * 3),
    "untold": (("--cc", "reno"), [{"reno"}] * 3),
    "live": (("--cc", "cubic", "--control", SOCKET), [{"cubic"}, {"reno"}, {"cubic"}]),
}


@scenario
class Controls(Scenario):
    name = "cc_follows_each_way_to_another_congestion_control"
    tracer = None
    capture = False
    timeout = 150

    def traffic(self, bed):
        bed.a.run(["ip", "route", "add", f"{bed.b.addr6}/128", "dev", bed.a.dev, "congctl", "reno"], check=True)
        first = bed.start_tracer(TABLE)
        others = [self.start(bed, name, args) for name, (args, _) in TRACERS.items()]
        bed.note("hooked", "change_cc" in {one["name"] for one in kernelprogs.loaded().values()})
        ends = {port: self.open(bed, port) for port in PORTS}
        for phase, name in enumerate(("reno", "cubic", "cubic")):
            for pair in [*ends.values()] * EXCHANGES:
                talk.exchange(*pair, 100, 2000)
            bed.settle()
            bed.note(f"phase-{phase}", time.time_ns() // 1000)
            talk.set_control(ends[CLIENT][0], name)
            talk.set_control(ends[SERVER][1], name)
            with contextlib.suppress(OSError):  # not before Linux 5.17
                talk.set_control(ends[MULTIPATH][0], name)
            Control(bed).done("set", f"cc={name}")
        for pair in ends.values():
            talk.close_in_order(*pair)
        bed.settle()
        for tracer in others:
            tracer.stop()
        bed.note("notice", NOTICE in others[1].messages())
        bed.tracer = first

    @staticmethod
    def start(bed, name, args):
        """The tracer that is not told of changes finds no function to hook."""
        log = bed.dir / f"{name}.log"
        prefix = shown_as(bed, (), FUNCTION) if name == "untold" else []
        tracer = Tracer([*prefix, PROGRAM, "-o", str(log), *TABLE, "--stats", f"{name}.json", *args], None,
                        bed.dir / f"{name}.stderr", log, bed.dir)
        bed.tracers.append(tracer)
        tracer.wait_ready()
        return tracer

    @staticmethod
    def open(bed, port):
        listener = bed.b.listen(port, socket.AF_INET6, dual=True)
        if port == LISTENER:
            talk.set_control(listener, "reno")
        client = None
        if port == MULTIPATH:
            with contextlib.suppress(OSError):  # the kernel may have no MPTCP
                client = bed.a.socket(proto=MPTCP)
        client = client or bed.a.socket(socket.AF_INET6 if port == ROUTE else socket.AF_INET)
        client.connect((bed.b.addr6 if port == ROUTE else bed.b.addr4, port))
        server, _ = listener.accept()
        listener.close()
        return client, server

    def judge(self, result):
        yield from common.ran_well(result)
        rows = [row for row in field_rows.parse(result.log_text) if self.port(row)]
        yield from self.changed(result, rows)
        missed = Sockets.missed(result.stderr_text)
        for name, (_, controls) in TRACERS.items():
            book = json.loads(result.text(f"{name}.json"))
            wanted = Counter(self.key(row) for row in rows
                             if row["cc_name"] in controls[min(self.phase(result, row), 2)])
            got = Counter(self.key(row) for row in field_rows.parse(result.text(f"{name}.log")) if self.port(row))
            yield ((got - wanted).total() <= missed and
                   (wanted - got).total() <= sum(count or 0 for count in book["missed"].values()),
                   f"{name}: the rows of the wanted congestion control",
                   f"lack {Counter(key[:6] for key in wanted - got)}, "
                   f"surplus {Counter(key[:6] for key in got - wanted)}")
            for direction in ("in", "out"):
                yield (book[direction]["filtered_cc"] == book[direction]["filtered"] > 0,
                       f"{name}: all others are counted as filtered_cc, {direction}", f"{book}")
        # With kprobes, and before Linux 5.12, the programs look at each packet's socket anyway.
        told = result.way == "fentry" and result.kernel >= (5, 12)
        yield result.facts["hooked"] == told, "the function is hooked where that tells of all changes", ""
        yield result.facts["notice"] == told, "where it cannot be hooked, it is named", ""

    def changed(self, result, rows):
        """What the connections of the full trace had, each in its phases."""
        for side, port, names in (("fport", STAYS, ("cubic", "cubic", "cubic")), ("lport", LISTENER, ("reno",) * 3),
                                  ("fport", CLIENT, ("cubic", "reno", "cubic")), ("fport", ROUTE, ("reno",) * 3),
                                  ("lport", SERVER, ("cubic", "reno", "cubic"))):
            for phase, name in enumerate(names):
                got = {row["cc_name"] for row in rows
                       if row[side] == str(port) and self.phase(result, row) == phase}
                yield got == {name}, f"{side} {port} has {name} in phase {phase}", f"{got}"

    @staticmethod
    def port(row):
        return any(int(row[end]) in PORTS for end in ("lport", "fport"))

    @staticmethod
    def key(row):
        return tuple(value for name, value in row.items() if name not in ("time", "flowid"))

    @staticmethod
    def phase(result, row):
        return sum(float(row["time"]) * 1e6 > result.facts[f"phase-{number}"] for number in range(3))
