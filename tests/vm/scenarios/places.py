"""Where a log may stand: no place somebody else has prepared, and none that is being written."""

import os
import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from judge import common, siftrlog
from scenarios import talk

ONE_KERNEL = True

PLACE = "/run/places"
LIMIT = 60
REFUSED = 4


def attempt(path):
    """(exit code, messages) of a run that is to be refused; one that is not ends after a moment."""
    done = subprocess.run([PROGRAM, "-o", path, "--duration", "0.1"], capture_output=True,
                          text=True, timeout=LIMIT)
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
        for name, (code, said) in result.facts["refused"].items():
            yield code == REFUSED, f"{name} is refused with {REFUSED}", f"{code}: {said}"
            yield "cannot open" in said, f"{name}: the message says so", said
        code, said = result.facts["inside"]
        yield code == 0, "a directory of our own inside an open one will do", f"{code}: {said}"
        target, twice, listed, in_open = result.facts["left"]
        yield target == twice == "precious\n", "other files are as they were", f"{target}{twice}"
        yield ("absent" not in listed and in_open == ["inside"], "no file was made",
               f"{listed} {in_open}")


@scenario
class Twice(Scenario):
    """Two at once: another file is fine and has all lines too, the same one is refused."""

    name = "a_log_has_one_writer_and_two_logs_have_everything"

    def traffic(self, bed):
        first = bed.tracer
        code, said = attempt(str(first.log))
        bed.note("same", [code, said])
        second = bed.start_tracer(log="second.log")
        client, server = talk.open_pair(bed)
        talk.exchange(client, server, 3000, 50000)
        talk.close_in_order(client, server)
        bed.settle()
        second.stop()
        bed.note("second", second.exit)

    def judge(self, result):
        code, said = result.facts["same"]
        yield code == REFUSED, f"the same file is refused with {REFUSED}", f"{code}: {said}"
        yield "another process" in said, "the message names the cause", said
        yield from common.whole(result)
        yield result.facts["second"] == 0, "the second ended with 0", f"{result.facts['second']}"
        logs = [siftrlog.parse(text) for text in (result.log_text, result.text("second.log"))]
        yield not logs[1].errors, "the second log is whole", "; ".join(logs[1].errors[:4])
        one, other = ([(line.time_us, line.direction, line.flow) for line in log.run.lines]
                      for log in logs)
        count = abs(len(one) - len(other))
        yield count == 0, "both logs have as many lines", f"{len(one)} {len(other)}"
