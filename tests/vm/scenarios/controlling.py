"""The control socket: a run is asked and steered while it traces, by ctl and by hostile clients."""

import contextlib
import json
import os
import socket
import subprocess
import time

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE, wait_for
from judge import common, rotated_files, siftrlog
from scenarios import stopping, talk

SOCKET = "control.socket"
HOSTILE = 1000
PACE = 0.05
LONG_BYTES = 100 << 20
MARK = 'loss "1 %" \\ begins'
STEP = 0.01  # the clocks' distance is followed, so that a moment may be off by so much


class Control:
    """What a script has: siftr-bpf ctl."""

    def __init__(self, bed):
        self.directory = bed.dir

    def ask(self, *words):
        """(exit code, stdout, stderr)"""
        done = subprocess.run([PROGRAM, "ctl", "--control", SOCKET, *words], cwd=self.directory,
                              text=True, capture_output=True, timeout=60 * PATIENCE)
        return done.returncode, done.stdout, done.stderr

    def done(self, *words):
        """The lines of an answer that has to be ok."""
        code, stdout, stderr = self.ask(*words)
        if code:
            raise RuntimeError(f"ctl {' '.join(words)}: {code} {stderr}")
        return stdout.splitlines()


def connect(bed):
    client = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(bed.dir)
    try:
        client.connect(SOCKET)
    finally:
        os.chdir(here)
    client.settimeout(30 * PATIENCE)
    return client


def be_hostile(bed):
    """Returns how many bytes of a line without an end the tracer let in."""
    crowd = []
    for number in range(HOSTILE):
        client = connect(bed)
        with contextlib.suppress(OSError):
            client.send((b"", b"sta", b"\x00\xff\x1b[2J\n", b"stats\n" * 50)[number % 4])
        crowd.append(client)
    for client in crowd:
        client.close()
    sent = 0
    with connect(bed) as client, contextlib.suppress(OSError):
        while sent < LONG_BYTES:
            sent += client.send(b"x" * 65536)
    slow = connect(bed)
    slow.sendall(b"stats --json\n" * 100)
    return sent, slow


class Requests:
    """Requests one after another on one connection, so that none costs a process."""

    def __init__(self, bed):
        self.stream = connect(bed).makefile("rw")

    def done(self, *words):
        """The lines of an answer that has to be ok."""
        print(*words, file=self.stream, flush=True)
        lines = []
        for line in self.stream:
            if line.strip() == "ok":
                return lines
            lines.append(line.rstrip("\n"))
            if line.startswith("error"):
                break
        raise RuntimeError(f"{' '.join(words)}: {lines}")

    def stats(self):
        return json.loads("\n".join(self.done("stats", "--json")))


class PacedLoad(stopping.Load):
    """As many lines as can be judged, however long it goes on."""

    def send(self, sock):
        while self.going:
            sock.sendall(b"l" * 8000)
            time.sleep(PACE)
        sock.shutdown(socket.SHUT_WR)


def finish(bed):
    """Ends the run by the control socket once nothing moves."""
    bed.settle()
    bed.tracer.stopping = True
    Control(bed).done("stop")
    bed.tracer.wait()


def finish_and_check(bed, load, *words):
    """Ends load and run, and notes what siftr-bpf check says of the logs."""
    load.end()
    finish(bed)
    done = subprocess.run([PROGRAM, "check", *words], cwd=bed.dir, text=True, capture_output=True)
    bed.note("check", [done.returncode, done.stderr[-2000:]])


@scenario
class Asked(Scenario):
    name = "a_run_is_asked_and_rotated_by_ctl_and_hostile_clients_cost_no_line"
    one_kernel = True
    tracer_args = ("--control", SOCKET, "--manifest", "manifest.json")
    timeout = 240

    def traffic(self, bed):
        control = Control(bed)
        bed.note("get", control.done("get"))
        bed.note("sysctl", control.done("get", "net.inet.siftr.ppl", "net.inet.siftr.logfile"))
        bed.note("json", json.loads(control.done("get", "--json", "ppl", "output", "port")[0]))
        bed.note("mode", os.stat(bed.dir / SOCKET).st_mode & 0o777)
        bed.note("refused", [control.ask(*words) for words in (
            ("get", "nothing"), ("unknown",), ("stats", "more"), ("trigger", "all"), ("mark",), ("mark", "a\tb"),
            ("mark", "x" * 257), ("mark", b"\xff"))])
        bed.note("mark", [time.time(), control.done("mark", MARK), time.time()])
        load = PacedLoad(bed)
        wait_for(lambda: len(bed.tracer.lines()) > 100, "lines")
        bed.note("flows", [control.done("flows"), json.loads("\n".join(control.done("flows", "--json")))])
        sent, slow = be_hostile(bed)
        bed.note("sent", sent)
        bed.note("during", json.loads("\n".join(control.done("stats", "--json"))))
        (bed.dir / "siftr.log").rename(bed.dir / "siftr.log.1")
        control.done("rotate")
        wait_for(lambda: len(bed.tracer.lines()) > 100, "lines of the next file")
        load.end()
        bed.settle()
        bed.tracer.stopping = True
        bed.note("stop", control.ask("stop"))
        bed.note("complete", stopping.FOOTER in bed.tracer.lines()[-1])
        slow.close()
        bed.tracer.wait()
        bed.note("gone", control.ask())
        bed.note("left", (bed.dir / SOCKET).exists())

    def judge(self, result):
        yield from common.ran_well(result)
        facts = result.facts
        values = dict(line.partition(" ")[::2] for line in facts["get"])
        yield (values["enabled"], values["ppl"], values["port"]) == ("1", "1", ""), (
            "get lists the settings"), f"{facts['get']}"
        yield facts["sysctl"] == ["net.inet.siftr.ppl 1", f"net.inet.siftr.logfile {values['output']}"], (
            "get knows the sysctls of SIFTR"), f"{facts['sysctl']}"
        yield facts["json"] == {"ppl": 1, "output": values["output"], "port": None}, (
            "get --json is JSON"), f"{facts['json']}"
        yield facts["mode"] == 0o600, "the socket is its owner's alone", f"{facts['mode']:o}"
        yield all(code == 1 and not out and err for code, out, err in facts["refused"]), (
            "what cannot be asked is refused"), f"{facts['refused']}"
        yield facts["sent"] < LONG_BYTES / 50, "a line without an end is not read", (
            f"{facts['sent']} bytes")
        yield from self.listed(result)
        yield from self.marked(facts, json.loads(result.text("manifest.json"))["accounting"])
        during = facts["during"]
        yield during["unexplained"] == 0 and during["in"]["lines"] > 0, (
            "stats is an accounting that balances, under load"), f"{during}"
        code, out, err = facts["stop"]
        yield code == 0 and not out and facts["complete"], (
            "ctl stop returns when the log is complete"), f"{facts['stop']}"
        yield facts["gone"][0] == 1 and "no tracer listens" in facts["gone"][2], (
            "without a tracer ctl says so"), f"{facts['gone']}"
        yield from rotated_files.checks(result, ["siftr.log.1", "siftr.log"])

    @staticmethod
    def listed(result):
        table, flows = result.facts["flows"]
        names = {(flow["laddr"], flow["lport"], flow["faddr"], flow["fport"]): flow for flow in flows}
        logged = siftrlog.parse(result.text("siftr.log.1")).run.lines[:100]
        known = [names.get((line.laddr, line.lport, line.faddr, line.fport)) for line in logged]
        yield len(table) == len(flows) + 1 and len(names) == len(flows) and all(known), (
            "flows lists each connection of the log"), f"{table[:3]}"
        yield all(flow["lines_in"] + flow["lines_out"] for flow in known if flow), (
            "with its lines"), f"{flows[:3]}"

    @staticmethod
    def marked(facts, accounting):
        before, (answer,), after = facts["mark"]
        moment = answer.removeprefix("time ")
        yield accounting["marks"] == [{"time": moment, "text": MARK}], (
            "a mark is in the manifest as it was given"), f"{accounting['marks']}"
        yield before - STEP <= float(moment) <= after + STEP, "with its time", f"{facts['mark']}"


UNDERWAY = 2  # programs that have let a packet in when the filter changes, one a processor
PORTS = (talk.PORT, talk.PORT + 1)


def ports_of(lines):
    """The ports of talk's connections that lines have."""
    found = {int(port) for line in lines if line[:2] in ("i,", "o,") for port in line.split(",")[3:6:2]}
    return sorted(found & set(PORTS))


def data_lines(path):
    return [line for line in path.read_text().splitlines() if line[:2] in ("i,", "o,")]


@scenario
class Steered(Scenario):
    """The sequence of sysctls that TEACUP uses, and each key while packets flow."""

    name = "each_key_changes_under_load_and_every_file_stays_complete"
    one_kernel = True
    tracer_args = ("--control", SOCKET)
    timeout = 240

    def traffic(self, bed):
        control, log = Control(bed), bed.dir / "siftr.log"
        load = stopping.Load(bed)
        wait_for(lambda: len(bed.tracer.lines()) > 200, "lines")
        before = control.done("get")
        bed.note("refused", [control.ask("set", *words) for words in (
            ("ppl=0",), ("ppl=5", "port=x"), ("port=80", "output=/nowhere/log"), ("enabled=2",),
            ("host=10.0.0.1",), ("uid=0",), ("ppl=5", "nothing=1"), ("ppl",), ("ppl=4", "ppl=5"),
            ("net.inet.siftr.genhashes=1",))])
        bed.note("unchanged", control.done("get") == before)
        control.done("set", "net.inet.siftr.enabled=0")
        bed.note("disabled", [stopping.FOOTER in bed.tracer.lines()[-1],
                              control.done("get", "enabled"), log.stat().st_size])
        control.done("set", "enabled=0")
        talk_size = log.stat().st_size
        bed.note("still", talk_size)
        control.done("set", "net.inet.siftr.logfile=siftr.log.2", "net.inet.siftr.ppl=1",
                     "net.inet.siftr.genhashes=0", "net.inet.siftr.enabled=1")
        second = bed.dir / "siftr.log.2"
        wait_for(lambda: len(data_lines(second)) > 200, "lines of the second log")
        control.done("set", f"net.inet.siftr.port_filter={PORTS[1]}", "output", "siftr.log.3")
        third = bed.dir / "siftr.log.3"
        wait_for(lambda: len(data_lines(third)) > 200, "lines of the third log")
        control.done("set", "output", "siftr.log.4")
        control.done("set", "port", "0", "ppl", "3")
        fourth = bed.dir / "siftr.log.4"
        wait_for(lambda: len(data_lines(fourth)) > 200, "lines of the fourth log")
        control.done("set", "max-rate=1")
        bed.note("limited", control.done("get", "max-rate"))
        wait_for(lambda: int(control.done("get", "ppl")[0].split()[1]) > 3, "ppl to rise")
        control.done("set", "max-rate", "none")
        bed.note("get", control.done("get", "ppl", "port", "output", "net.inet.siftr.logfile"))
        finish_and_check(bed, load, "--sampled", "siftr.log", "siftr.log.2", "siftr.log.3", "siftr.log.4")

    def judge(self, result):
        yield from common.ran_well(result)
        facts = result.facts
        yield all(code == 1 and err for code, _, err in facts["refused"]) and facts["unchanged"], (
            "what is wrong is refused, and nothing has changed"), f"{facts['refused']}"
        footer, enabled, size = facts["disabled"]
        yield footer and enabled == ["enabled 0"] and size == facts["still"], (
            "enabled 0 writes the footer, and nothing more"), f"{facts['disabled']} {facts['still']}"
        yield facts["get"] == ["ppl 3", "port", "output siftr.log.4",
                               "net.inet.siftr.logfile siftr.log.4"], (
            "get says what was set"), f"{facts['get']}"
        yield facts["limited"] == ["max-rate 1"], "max-rate holds from then on", f"{facts['limited']}"
        yield "--max-rate changed ppl" in result.stderr_text, "its changes are told", result.stderr_text
        yield facts["check"][0] == 0, "siftr-bpf check finds every file good", facts["check"][1]
        yield from self.files(result)

    @staticmethod
    def files(result):
        texts = [result.log_text] + [result.text(f"siftr.log.{number}") for number in (2, 3, 4)]
        logs = [siftrlog.parse(text) for text in texts]
        wrong = [error for log in logs for error in log.errors]
        yield not wrong, "a strict reader accepts every file", "; ".join(wrong[:4])
        yield [len(log.runs) for log in logs] == [1] * 4, "each file holds one run"
        found = [ports_of(text.splitlines()) for text in texts]
        refused = sum(PORTS[0] in (line.lport, line.fport) for line in logs[2].runs[0].lines)
        yield [found[0], found[1], found[3]] == [list(PORTS)] * 3 and refused <= UNDERWAY, (
            "the port filter takes effect"), f"{found}, {refused} lines of the other port"
        for number, log in enumerate(logs):
            run = log.runs[0]
            lines = len(run.lines)
            seen = sum(run.footer[f"num_{way}_tcp_pkts"] for way in ("inbound", "outbound"))
            lost = run.footer["total_skipped_tcp_pkts"]
            if number < 3:
                yield seen - lost == lines, f"file {number}: every packet has its line", (
                    f"{seen} {lost} {lines}")
            else:
                yield 0 < lines < seen - lost, "ppl leaves lines out", f"{seen} {lost} {lines}"
        yield all(texts[number].splitlines()[0] != texts[number + 1].splitlines()[0]
                  for number in range(3)), "each file has its own header"
