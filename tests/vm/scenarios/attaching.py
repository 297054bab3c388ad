"""Attaching is all or nothing, whichever of its system calls fails."""

import subprocess

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE
from scenarios import stopping

THOROUGH = True

CANNOT_TRACE = 3
# Programs are attached by bpf(2), or to a kprobe of perf_event_open(2) by ioctl(2).
ATTACHING = ("BPF_RAW_TRACEPOINT_OPEN", "BPF_LINK_CREATE", "PERF_EVENT_IOC_SET_BPF")
REFUSED = ("bpf", "perf_event_open")
TRACED = ",".join((*REFUSED, "ioctl"))
LAST = 8  # the last calls of each kind, one by one
LIMIT = 60 * PATIENCE


class Attempt:
    """A short run under strace, which makes some of its calls fail."""

    def __init__(self, bed, label, *inject):
        directory = bed.dir / label
        directory.mkdir()
        before = kernelprogs.everything()
        trace = directory / "strace.txt"
        argv = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", trace, "-e", f"trace={TRACED}",
                *inject, PROGRAM, "-o", directory / "siftr.log", "--duration", "0.2"]
        done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, timeout=LIMIT)
        stopping.wait_for_programs(before)
        self.calls = trace.read_text().splitlines()
        bed.note(label, {"code": done.returncode, "stderr": done.stderr, "attached": self.attached()})

    def count(self, name):
        return sum(f" {name}(" in call for call in self.calls)

    def attaching(self, name):
        """The numbers, from 1, of those of its calls that attached a hook."""
        calls = [call for call in self.calls if f" {name}(" in call]
        return [number for number, call in enumerate(calls, 1) if self.attaches(call)]

    @staticmethod
    def attaches(call):
        return any(word in call for word in ATTACHING) and " = -1 " not in call

    def attached(self):
        """Hooks that had a program before the first failure that was injected."""
        first = next((number for number, call in enumerate(self.calls) if "INJECTED" in call),
                     len(self.calls))
        return sum(self.attaches(call) for call in self.calls[:first])


@scenario
class HalfDone(Scenario):
    name = "attaching_is_all_or_nothing"
    tracer = None
    capture = False
    timeout = 600

    def traffic(self, bed):
        plain = Attempt(bed, "plain")
        points = [(name, point) for name in REFUSED
                  for point in self.chosen(plain.count(name), plain.attaching(name))]
        bed.note("points", points)
        for name, point in points:
            for words, when in (("one", f"{point}"), ("all", f"{point}+")):
                Attempt(bed, f"{words}-{name}-{point}", "-e",
                        f"inject={name}:error=EBUSY:when={when}")

    @staticmethod
    def chosen(count, attaching):
        """The numbers of the calls, from 1: among them one before which half of the hooks are attached."""
        numbers = {count // 4, count // 2, *range(count - LAST, count + 1),
                   *attaching[len(attaching) // 2:][:1]}
        return sorted(number for number in numbers if number > 0)

    def judge(self, result):
        plain, points = result.facts["plain"], result.facts["points"]
        yield plain["code"] == 0, "without a failure it traces", f"{plain}"
        half = []
        for name, point in points:
            for words in ("one", "all"):
                fact = result.facts[f"{words}-{name}-{point}"]
                # traffic() has waited until no program, map or link was left.
                yield (fact["code"] in (0, CANNOT_TRACE),
                       f"{name} call {point} refused, {words}: it traces or says that it cannot",
                       f"{fact}")
                if fact["code"] == CANNOT_TRACE:
                    yield (len(fact["stderr"].strip().splitlines()) >= 1,
                           f"{name} call {point} refused, {words}: it says why", f"{fact}")
                    yield ("no BPF ring buffers" not in fact["stderr"],
                           f"{name} call {point} refused, {words}: it says nothing false",
                           f"{fact}")
                    half.append(fact["attached"])
        yield (any(0 < attached < plain["attached"] for attached in half),
               "some runs had attached half of their hooks", f"{half} of {plain['attached']}")
        yield True, f"figures: {plain['attached']} hooks, runs refused with {half} attached"
