"""Transient errors at the start do not end with the exit code that service managers take as final."""

import resource
import subprocess

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE
from scenarios import stopping

THOROUGH = True
ONE_KERNEL = True

LIMIT = 60 * PATIENCE
TRACES, FAILED = 0, 1
FEWEST, MOST = 4, 64  # limits of descriptors: the first are too low, the last is enough
POINTS = 6
ERRORS = ("ENOMEM", "EMFILE", "EINTR")


class Passing(Scenario):
    tracer = None
    capture = False
    timeout = 900

    def attempt(self, bed, label, argv, **options):
        before = kernelprogs.everything()
        done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, timeout=LIMIT,
                              cwd=bed.dir, **options)
        stopping.wait_for_programs(before)
        return {"label": label, "code": done.returncode, "stderr": done.stderr}


@scenario
class FewDescriptors(Passing):
    name = "too_few_descriptors_are_a_failure_and_no_refusal"

    def traffic(self, bed):
        tried = []
        for number in range(FEWEST, MOST + 1, 4):
            limits = (number, number)
            tried.append(self.attempt(
                bed, number, [PROGRAM, "-q", "-o", f"{number}.log", "--duration", "0.1"],
                preexec_fn=lambda limits=limits: resource.setrlimit(resource.RLIMIT_NOFILE, limits)))
        bed.note("tried", tried)

    def judge(self, result):
        tried = result.facts["tried"]
        for one in tried:
            yield (one["code"] in (TRACES, FAILED, 4),
                   f"{one['label']} descriptors: it traces or has failed", f"{one}")
            yield ("capabilit" not in one["stderr"] and "CONFIG" not in one["stderr"],
                   f"{one['label']} descriptors: it says nothing false", f"{one}")
        yield tried[0]["code"] == FAILED, "the first are too few", f"{tried[0]}"
        for one in tried:
            yield ("Too many open files" not in one["stderr"] or "ulimit -n" in one["stderr"],
                   f"{one['label']} descriptors: the way out is reported", f"{one}")
        yield "ulimit -n" in tried[1]["stderr"], "the second are too few", f"{tried[1]}"
        yield tried[-1]["code"] == TRACES, "the last are enough", f"{tried[-1]}"
        yield True, f"figures: {[(one['label'], one['code']) for one in tried]}"


@scenario
class Injected(Passing):
    name = "a_lack_of_memory_at_the_start_is_a_failure_and_no_refusal"

    def run(self, bed, label, *inject):
        trace = bed.dir / f"{label}.strace"
        fact = self.attempt(bed, label, ["strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e",
                                         "trace=bpf", *inject, PROGRAM, "-o", f"{label}.log",
                                         "--duration", "0.1"])
        return fact, trace.read_text().count(" bpf(")

    def traffic(self, bed):
        plain, calls = self.run(bed, "plain")
        bed.note("plain", plain)
        tried = []
        for error in ERRORS:
            for part in range(POINTS):
                point = max(1, calls * part // (POINTS - 1))
                tried.append(self.run(bed, f"{error}-{point}", "-e",
                                      f"inject=bpf:error={error}:when={point}+")[0])
        bed.note("tried", tried)

    def judge(self, result):
        yield result.facts["plain"]["code"] == TRACES, "without it traces", f"{result.facts['plain']}"
        tried = result.facts["tried"]
        for one in tried:
            yield (one["code"] in (TRACES, FAILED),
                   f"{one['label']}: it traces or has failed", f"{one}")
        yield any(one["code"] == FAILED for one in tried), "some have failed", f"{tried}"
        yield True, f"figures: {[(one['label'], one['code']) for one in tried]}"
