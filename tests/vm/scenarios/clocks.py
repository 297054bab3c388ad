"""Timestamps of a tracer in a time namespace, whose clock differs from the kernel's."""

import time

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer

UNSHARE = "/usr/bin/unshare"  # a path: busybox would run its own
LINES = 12
LIMIT = 600  # seconds, for lines that never come


class Shifted(Scenario):
    """Traces in a time namespace and compares each line's time with the wall clock of the guest."""

    tracer = None
    capture = False
    timeout = 120

    def traffic(self, bed):
        log = bed.dir / "siftr.log"
        began = time.time()
        tracer = Tracer(["timeout", "-s", "INT", str(LIMIT), UNSHARE, "--time", *self.namespace,
                         PROGRAM, "-v", "-o", str(log), "--count", str(LINES)],
                        None, bed.dir / "tracer.stderr", log, bed.dir)
        tracer.wait_ready()
        before = time.time()
        listener = bed.b.listen(80)
        client = bed.a.connect(bed.b.addr4, 80)
        server, _ = listener.accept()
        for _ in range(LINES):
            client.sendall(b"x")
            server.recv(1)
        after = time.time()
        bed.note("code", tracer.wait(2 * LIMIT))
        bed.note("times", [began, before, after, time.time()])
        bed.note("stderr", tracer.messages())
        bed.save("lines.txt", log.read_text())

    def judge(self, result):
        began, before, after, ended = result.facts["times"]
        header, *lines, footer = result.text("lines.txt").splitlines()
        yield result.facts["code"] == 0, "exit code 0", f"{result.facts}"
        yield len(lines) == LINES, f"{LINES} lines", f"{len(lines)}: {result.facts['stderr']}"
        times = [float(line.split(",")[1]) for line in lines]
        yield (all(before <= moment <= after for moment in times),
               "each line's time is of the traffic", f"{before} to {after}: {times}")
        for text, key in ((header, "enable_time_secs"), (footer, "disable_time_secs")):
            moment = next(float(pair.split("=")[1]) for pair in text.split("\t")
                          if pair.startswith(key))
            yield began - 1 <= moment <= ended, f"{key} is the wall clock's", f"{moment}"
        stderr = [line for line in result.facts["stderr"].splitlines() if "time namespace" in line]
        yield True, f"figures: {stderr}"


@scenario
class Ahead(Shifted):
    name = "a_time_namespace_that_is_ahead_leaves_the_times_true"
    one_kernel = True
    namespace = ("--monotonic", "86400", "--fork")


@scenario
class Behind(Shifted):
    name = "a_time_namespace_that_is_behind_leaves_the_times_true"
    one_kernel = True
    namespace = ("--monotonic", "-1", "--fork")


@scenario
class OnlyForChildren(Shifted):
    """unshare(1) does not fork: up to Linux 6.2 or so the tracer itself stays where it was."""

    name = "a_time_namespace_of_children_only_leaves_the_times_true"
    one_kernel = True
    namespace = ("--monotonic", "86400")


@scenario
class Nested(Shifted):
    """In one namespace, with another for its children: no file of /proc has the offset."""

    name = "a_time_namespace_within_another_leaves_the_times_true"
    namespace = ("--monotonic", "-1", "--fork", UNSHARE, "--time", "--monotonic", "7200")
