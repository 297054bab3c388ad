"""Where a log may be created: not where another user has prepared a path, and not over an open log."""

import json
import os
import subprocess
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE
from judge import siftrlog
from scenarios import talk

ONE_KERNEL = True

PLACE = "/run/places"
LIMIT = 60 * PATIENCE
REFUSED = 4


def attempt(path, *words):
    """(exit code, messages) of a run that should be refused; any other run ends after a moment."""
    done = subprocess.run([PROGRAM, "-o", path, "--duration", "0.1", *words],
                          capture_output=True, text=True, timeout=LIMIT)
    return done.returncode, done.stderr


@scenario
class Hostile(Scenario):
    name = "a_hostile_path_is_refused_and_what_it_leads_to_untouched"
    tracer = None
    capture = False
    timeout = 200

    def traffic(self, bed):
        os.makedirs(f"{PLACE}/open/inside")
        os.chmod(f"{PLACE}/open", 0o1777)
        for name in ("target", "twice"):
            with open(f"{PLACE}/{name}", "w") as precious:
                precious.write("precious\n")
        os.symlink("target", f"{PLACE}/link")
        os.symlink("absent", f"{PLACE}/dangling")
        os.link(f"{PLACE}/twice", f"{PLACE}/again")
        os.mkfifo(f"{PLACE}/fifo")
        os.mkfifo(f"{PLACE}/read")
        reader = os.open(f"{PLACE}/read", os.O_RDONLY | os.O_NONBLOCK)
        names = ("target", "link", "dangling", "twice", "fifo", "read", "open/log", "open")
        bed.note("refused", {name: attempt(f"{PLACE}/{name}") for name in names})
        os.close(reader)
        bed.note("inside", attempt(f"{PLACE}/open/inside/log"))
        bed.note("left", [open(f"{PLACE}/target").read(), open(f"{PLACE}/twice").read(),
                          sorted(os.listdir(PLACE)), sorted(os.listdir(f"{PLACE}/open"))])

    def judge(self, result):
        for name, (code, stderr) in result.facts["refused"].items():
            yield code == REFUSED, f"{name} is refused with {REFUSED}", f"{code}: {stderr}"
            yield "cannot open" in stderr, f"{name}: the message says so", stderr
        code, stderr = result.facts["inside"]
        yield code == 0, "a directory of our own inside an open one will do", f"{code}: {stderr}"
        target, twice, listed, in_open = result.facts["left"]
        yield target == twice == "precious\n", "other files are as they were", f"{target}{twice}"
        yield ("absent" not in listed and in_open == ["inside"], "no file was made",
               f"{listed} {in_open}")


@scenario
class Accounting(Scenario):
    """--stats FILE is opened as carefully as the log, and never is a file of another option."""

    name = "the_stats_file_changes_no_other_file"
    thorough = True
    tracer = None
    capture = False
    timeout = 200

    def traffic(self, bed):
        directory = Path("/run/ledgers")
        directory.mkdir()
        victim = directory / "victim"
        victim.write_text("precious\n")
        (directory / "link").symlink_to(victim)
        os.link(victim, directory / "again")
        log, config = directory / "siftr.log", directory / "siftr.conf"
        config.write_text("port = 80\n")
        notes = directory / "notes"
        notes.write_text("precious\n")
        first = attempt(str(log))
        content = log.read_bytes()

        def refused(accounting, *words):
            return attempt(str(log), "--stats", str(accounting), *words)
        bed.note("refused", {
            "link": refused(directory / "link"), "another file": refused(notes),
            "hard link": refused(directory / "again"),
            "log": refused(log), "configuration": refused(config, "--config", str(config)),
            "rotated": refused(f"{log}.2", "--max-size", "1M", "--rotate", "3"),
            "log by another way": refused(directory / ".." / "ledgers" / "siftr.log")})
        bed.note("first", first)
        bed.note("log", [len(content), log.read_bytes() == content])
        bed.note("others", [victim.read_text() + notes.read_text(), config.read_text(),
                            sorted(path.name for path in directory.iterdir())])
        done = subprocess.run([PROGRAM, "--duration", "0.1", "--stats", log], text=True,
                              stdout=open(log, "a"), stderr=subprocess.PIPE, timeout=LIMIT)
        bed.note("stdout", [done.returncode, done.stderr, log.read_bytes() == content])
        accounting = directory / "stats.json"
        accounting.write_text('{\n  "in": ' + "old " * 1000)
        bed.note("good", [refused(accounting), json.loads(accounting.read_text())["unexplained"]])

    def judge(self, result):
        facts = result.facts
        yield facts["first"][0] == 0, "a run begins and ends", facts["first"][1]
        for name, (code, stderr) in facts["refused"].items():
            yield code == REFUSED, f"{name} is refused with {REFUSED}", f"{code}: {stderr}"
            yield "--stats" in stderr or "packet accounting" in stderr, (
                f"{name}: the message names the option"), stderr
        yield facts["log"][0] and facts["log"][1], "the log is as it was", str(facts["log"])
        victim, config, left = facts["others"]
        yield victim == "precious\n" * 2, "the target of the links and the notes are unchanged", victim
        yield config == "port = 80\n", "so is the configuration", config
        yield (left == ["again", "link", "notes", "siftr.conf", "siftr.log", "victim"],
               "no other file is there", str(left))
        code, stderr, same = facts["stdout"]
        yield code == REFUSED and same, "nor may it be what stdout is", f"{code}: {stderr}"
        yield facts["good"][0][0] == 0 and facts["good"][1] == 0, "a file is replaced", str(facts)


@scenario
class Twice(Scenario):
    """Two tracers at once: another file is accepted and has all lines too, the same file is refused."""

    name = "a_log_has_one_writer_and_two_logs_have_everything"

    def traffic(self, bed):
        first = bed.tracer
        code, stderr = attempt(str(first.log))
        bed.note("same", [code, stderr])
        second = bed.start_tracer(log="second.log")
        client, server = talk.open_pair(bed)
        talk.exchange(client, server, 3000, 50000)
        talk.close_in_order(client, server)
        bed.settle()
        second.stop()
        bed.note("second", second.exit)

    def judge(self, result):
        code, stderr = result.facts["same"]
        yield code == REFUSED, f"the same file is refused with {REFUSED}", f"{code}: {stderr}"
        yield "another process" in stderr, "the message names the cause", stderr
        yield result.exit_code == 0, "the first ended with 0", result.stderr_text
        yield result.facts["second"] == 0, "the second ended with 0", f"{result.facts['second']}"
        logs = [siftrlog.parse(text) for text in (result.log_text, result.text("second.log"))]
        for log, which in zip(logs, ("first", "second")):
            yield not log.errors, f"the {which} log is complete", "; ".join(log.errors[:4])
        # Each start makes a connection, which the other tracer logs.
        one, other = ([line.direction for line in log.run.lines
                       if talk.PORT in (line.lport, line.fport)] for log in logs)
        yield len(one) > 40, "the conversation is logged", f"{len(one)}"
        count = abs(len(one) - len(other))
        yield count == 0, "both logs have as many lines", f"{len(one)} {len(other)}"
