"""The control socket: a run is asked and steered while it traces, by ctl and by hostile clients."""

import contextlib
import json
import os
import socket
import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import wait_for
from judge import common, rotated_files
from scenarios import stopping

SOCKET = "control.socket"
HOSTILE = 1000
LONG_BYTES = 100 << 20


class Control:
    """What a script has: siftr-bpf ctl."""

    def __init__(self, bed):
        self.directory = bed.dir

    def ask(self, *words):
        """(exit code, stdout, stderr)"""
        done = subprocess.run([PROGRAM, "ctl", "--control", SOCKET, *words], cwd=self.directory,
                              text=True, capture_output=True, timeout=60)
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
    client.settimeout(30)
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


@scenario
class Asked(Scenario):
    name = "a_run_is_asked_and_rotated_by_ctl_and_hostile_clients_cost_no_line"
    tracer_args = ("--control", SOCKET)
    timeout = 240

    def traffic(self, bed):
        control = Control(bed)
        bed.note("get", control.done("get"))
        bed.note("sysctl", control.done("get", "net.inet.siftr.ppl", "net.inet.siftr.logfile"))
        bed.note("json", json.loads(control.done("get", "--json", "ppl", "output", "port")[0]))
        bed.note("mode", os.stat(bed.dir / SOCKET).st_mode & 0o777)
        bed.note("refused", [control.ask(*words) for words in (
            ("get", "nothing"), ("unknown",), ("stats", "more"))])
        load = stopping.Load(bed)
        wait_for(lambda: len(bed.tracer.lines()) > stopping.ENOUGH_LINES, "lines")
        sent, slow = be_hostile(bed)
        bed.note("sent", sent)
        bed.note("during", json.loads("\n".join(control.done("stats", "--json"))))
        (bed.dir / "siftr.log").rename(bed.dir / "siftr.log.1")
        control.done("rotate")
        wait_for(lambda: len(bed.tracer.lines()) > 100, "lines of the next file")
        load.stop()
        for client, server in load.ends:
            client.close()
            server.close()
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
        during = facts["during"]
        yield during["unexplained"] == 0 and during["in"]["lines"] > 0, (
            "stats is an accounting that balances, under load"), f"{during}"
        code, out, err = facts["stop"]
        yield code == 0 and not out and facts["complete"], (
            "ctl stop returns when the log is complete"), f"{facts['stop']}"
        yield facts["gone"][0] == 1 and "no tracer listens" in facts["gone"][2], (
            "without a tracer ctl says so"), f"{facts['gone']}"
        yield from rotated_files.checks(result, ["siftr.log.1", "siftr.log"])
