"""Filters are changed by the control socket while packets flow."""

import json
from collections import Counter

from bed.scenario import Scenario, scenario
from bed.waiting import wait_for
from judge import common, field_rows, siftrlog
from scenarios.controlling import (PORTS, SOCKET, UNDERWAY, Control, PacedLoad, Requests, data_lines, finish,
                                   finish_and_check)
from scenarios.filtering_processes import Peer, Processes
from scenarios.filtering_sockets import Sockets

STEPS = ("ip=4", "laddr={a}"), ("laddr=any", "faddr={a}"), ("ip=6",), ("ip=any", "host={b}", "faddr=any")


@scenario
class FilteredLive(Scenario):
    """Filters of connections change while packets of decided connections flow."""

    name = "filters_of_connections_change_under_load"
    tracer_args = ("--control", SOCKET, "--ip", "4,6")
    timeout = 240
    thorough = True
    one_kernel = True

    def traffic(self, bed):
        control = Control(bed)
        load = PacedLoad(bed)
        wait_for(lambda: len(bed.tracer.lines()) > 100, "lines")
        bed.note("refused", [control.ask("set", *words) for words in (
            ("uid=0",), ("cc=cubic",), ("laddr=x",), ("laddr=10.0.0.1", "ppl=0"), ("netns=none",),
            ("netns=/proc/1/ns/net",))])
        bed.note("unchanged", control.done("get", "laddr", "ip", "ppl", "netns"))
        addresses = {"a": bed.a.addr4, "b": bed.b.addr4}
        bed.note("addresses", addresses)
        for number, step in enumerate(STEPS, 2):
            control.done("set", f"output=siftr.log.{number}", *(text.format(**addresses) for text in step))
            path = bed.dir / f"siftr.log.{number}"
            before = json.loads("\n".join(control.done("stats", "--json")))
            wait_for(lambda: self.is_done(control, path, number, before), f"packets of {path.name}")
        bed.note("get", control.done("get", "ip", "laddr", "faddr", "host"))
        finish_and_check(bed, load, "siftr.log", *(f"siftr.log.{number}" for number, _ in enumerate(STEPS, 2)))

    @staticmethod
    def is_done(control, path, number, before):
        """Some hundred packets of the step have passed: lines, but none of IPv6."""
        if number != 4:
            return len(data_lines(path)) > 100
        now = json.loads("\n".join(control.done("stats", "--json")))
        return now["in"]["filtered_ip"] > before["in"]["filtered_ip"] + 50

    def judge(self, result):
        yield from common.ran_well(result)
        facts = result.facts
        yield all(code == 1 and err for code, _, err in facts["refused"]), (
            "what cannot change is refused"), f"{facts['refused']}"
        yield facts["unchanged"] == ["laddr", "ip 4,6", "ppl 1", "netns"], (
            "and nothing has changed"), f"{facts['unchanged']}"
        a, b = facts["addresses"]["a"], facts["addresses"]["b"]
        yield facts["get"] == ["ip", "laddr", "faddr", f"host {b}"], "get says what was set", f"{facts['get']}"
        yield facts["check"][0] == 0, "siftr-bpf check finds every file good", facts["check"][1]
        logs = [siftrlog.parse(result.log_text)]
        logs += [siftrlog.parse(result.text(f"siftr.log.{number}")) for number, _ in enumerate(STEPS, 2)]
        wanted = (lambda line: True, lambda line: line.laddr == a, lambda line: line.faddr == a,
                  lambda line: False, lambda line: b in (line.laddr, line.faddr))
        for number, (log, matches) in enumerate(zip(logs, wanted), 1):
            run = log.runs[0]
            yield not log.errors and len(log.runs) == 1, f"file {number} is one complete run", f"{log.errors[:2]}"
            others = [line for line in run.lines if not matches(line)]
            yield len(others) <= UNDERWAY, f"file {number}: the filters take effect at once", (
                f"{len(others)} of {len(run.lines)} others")
            seen = sum(run.footer[f"num_{way}_tcp_pkts"] for way in ("inbound", "outbound"))
            yield seen - run.footer["total_skipped_tcp_pkts"] == len(run.lines), (
                f"file {number}: every packet has its line"), f"{seen} {len(run.lines)}"
        both = {line.laddr for line in logs[-1].runs[0].lines}
        yield both == {a, b}, "connections that were refused before are logged again", f"{both}"


# A key, the value that it has at the start and gets back, and one that refuses all packets.
KEYS = (("uid", "0", "!0"), ("mark", "!9", "9"), ("cc", "cubic,reno", "!cubic,!reno"), ("iface", "!lo", "lo"),
        ("cgroup", "/", "!/"), ("comm", "!nobody", "nobody"), ("pid", "!1", "1"))
ENOUGH = 30  # packets of each kind
OLD = 89  # port of a connection that there is before the run, of a process that only waits
ROWS = ("--format", "csv", "--port", ",".join(map(str, (*PORTS, OLD))), "--fields")
OWN_COLUMNS = "time", "flowid", "pid", "comm"


@scenario
class SocketFilteredLive(Scenario):
    """Filters of sockets and processes change, one after another, while a full trace has every packet."""

    name = "filters_of_sockets_and_processes_change_under_load"
    tracer = None
    capture = False
    timeout = 240

    def traffic(self, bed):
        peer = Peer(bed.a, "waiting")
        bed.note("peer", peer.process.pid)
        waiting = Processes.open(bed, peer, OLD)
        full = bed.start_tracer([*ROWS, "+order,packet,pid,comm"], log="full.csv")
        filters = [word for key, good, _ in KEYS for word in (f"--{key}", good)]
        bed.start_tracer([*ROWS, "+order,packet", "--control", SOCKET, *filters])
        requests = Requests(bed)
        load = PacedLoad(bed)
        self.wait_for_lines(requests)
        for key, good, refusing in KEYS:
            requests.done("set", f"{key}={refusing}")
            before = requests.stats()
            wait_for(lambda: self.count(requests.stats(), f"filtered_{key}") >
                     self.count(before, f"filtered_{key}") + ENOUGH, f"packets refused by {key}")
            requests.done("set", key, good)
            self.wait_for_lines(requests)
        # Of what comes after a connection's end no filter knows the user.
        bed.note("refused", requests.stats())
        load.end()
        bed.settle()
        bed.note("stats", requests.stats())
        requests.done("set", f"pid={peer.process.pid}", "comm=waiting")
        waiting.sendall(b"y" * 300)
        wait_for(lambda: any(f",{OLD}," in line for line in bed.tracer.lines()), "lines of the old connection")
        finish(bed)
        peer.process.kill()
        peer.process.wait()
        bed.tracer = full

    @staticmethod
    def count(stats, row):
        return stats["in"][row] + stats["out"][row]

    def wait_for_lines(self, requests):
        before = self.count(requests.stats(), "lines")
        wait_for(lambda: self.count(requests.stats(), "lines") > before + ENOUGH, "lines")

    def judge(self, result):
        yield from common.ran_well(result)
        rows = [field_rows.parse(text) for text in (result.text("full.csv"), result.log_text)]
        yield from self.old_connection(result, *rows)
        full, got = map(self.packets, rows)
        stats = result.facts["stats"]
        yield stats["unexplained"] == 0, "the accounting balances", f"{stats}"
        yield len(got) == self.count(stats, "lines"), "no line is truncated or lacking", (
            f"{len(got)} lines, {stats}")
        missed = self.missed(result, stats, len(full))
        lines = Counter(got)
        doubled = lines - Counter(full)
        yield doubled.total() <= missed, "every line is another packet of the full trace", f"{doubled}"
        refused = []
        for place, packet in enumerate(full):
            if lines[packet] > 0:
                lines[packet] -= 1
            else:
                refused.append(place)
        yield from self.blocks(refused, result.facts["refused"], missed)

    @staticmethod
    def missed(result, stats, packets):
        """Packets that one tracer alone may have seen; some kernels do not count them."""
        if None in stats["missed"].values():
            return packets // 100
        return Sockets.missed(result.stderr_text) + sum(stats["missed"].values())

    def blocks(self, refused, stats, missed):
        """In the full trace the packets that a key refused are together, but for those underway on
        other processors as it changed. Lines come between two keys."""
        blocks = []
        for place in refused:
            if not blocks or place - blocks[-1][-1] > 2 * UNDERWAY:
                blocks.append([])
            blocks[-1].append(place)
        alone = sum(len(block) for block in blocks if len(block) <= ENOUGH)
        blocks = [block for block in blocks if len(block) > ENOUGH]
        yield len(blocks) == len(KEYS), "the log stops for each key, and goes on", (
            f"{[(block[0], block[-1]) for block in blocks]}")
        yield alone <= missed, "and at no other time", f"{alone}, {missed}"
        for (key, _, _), block in zip(KEYS, blocks):
            count = self.count(stats, f"filtered_{key}")
            yield abs(len(block) - count) <= missed, f"{key}: what has no line is counted as refused by it", (
                f"{len(block)}, counted {count}")

    @staticmethod
    def packets(rows):
        """What both tracers saw of each packet, in the order of the lines; nothing of a line that lacks
        a column."""
        return [field_rows.values_without(row, OWN_COLUMNS) for row in rows
                if None not in row.values() and None not in row and str(OLD) not in (row["lport"], row["fport"])]

    @staticmethod
    def old_connection(result, full, got):
        """Its process has done nothing since the run began."""
        process = str(result.facts["peer"]), "waiting"
        seen = {(row["pid"], row["comm"]) for row in full if row["fport"] == str(OLD)}
        yield seen == {process}, "rows of a connection from before the run have its process", f"{seen}, {process}"
        ends = {row["fport"] == str(OLD) for row in got if str(OLD) in (row["lport"], row["fport"])}
        yield ends == {True}, "filters that were set know its process", f"{ends}"
