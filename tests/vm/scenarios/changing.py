"""The host changes while it is traced: a CPU goes offline and online, the clock is set, a second
tracer runs."""

import time
from collections import Counter
from pathlib import Path

from bed import link, waiting
from bed.scenario import Scenario, scenario
from bed.waiting import Stopwatch
from judge import common, log_invariants, program_report, siftrlog
from scenarios import stopping, talk

CPU = Path("/sys/devices/system/cpu/cpu1/online")
HOUR = 3600
# A new offset is followed within 100 ms; an emulated guest may take as long to log it.
FOLLOWED_SECONDS = 0.3
SOON_SECONDS = 60  # far less than a step of an hour
# Between reading the clock here and in the kernel.
SLACK_US = 1000
PACE = 0.005
TIME_COLUMN = 1


def lines_come_to_rest(bed):
    if not waiting.comes_to_rest(lambda: len(bed.tracer.lines()), FOLLOWED_SECONDS, 60):
        raise RuntimeError("lines went on coming")


@scenario
class HotPlug(Scenario):
    name = "a_cpu_that_goes_and_comes_back_loses_nothing"
    preemption = True
    timeout = 120
    rounds = 3

    def traffic(self, bed):
        if not CPU.exists():
            bed.note("cpu", "this kernel keeps its CPUs")
            return
        # A packet that is steered to a CPU in the moment in which that goes would stop all that this CPU
        # receives later, also once it is back: the kernel takes it for one that is being received.
        link.receive_on("b", 0)
        talking = talk.Talking(bed, PACE)
        try:
            for _ in range(self.rounds):
                CPU.write_text("0")
                time.sleep(0.5)
                CPU.write_text("1")
                time.sleep(0.5)
        finally:
            CPU.write_text("1")
        talking.stop()

    def judge(self, result):
        if "cpu" in result.facts:
            yield None, "a CPU goes and comes back", result.facts["cpu"]
            return
        yield from common.complete_run(result)


@scenario
class ClockSet(Scenario):
    """Forward by an hour, back by two, and forward to the right time."""

    name = "a_clock_that_is_set_is_followed_at_once"
    one_kernel = True
    timeout = 120
    capture = False  # captures have the same clock

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        windows, apart = [], 0
        try:
            for hours in (0, 1, -2, 1):
                time.clock_settime(time.CLOCK_REALTIME, time.time() + hours * HOUR)
                apart += hours * HOUR
                watch = Stopwatch()
                self.follow(bed, client, server)
                followed = watch.read()
                bed.note(f"followed-{len(windows)}",
                         {**followed, "begin": followed["begin"] - apart,
                          "end": followed["end"] - apart})
                windows.append(self.window(bed, client, server))
        finally:
            bed.note("windows", windows)
        talk.close_in_order(client, server)

    @staticmethod
    def follow(bed, client, server):
        """Sends packets until a line has about the time of the clock."""
        def followed():
            talk.exchange(client, server)
            line = bed.tracer.lines()[-1].split(",")
            return line[0] in "io" and abs(time.time() - float(line[TIME_COLUMN])) < SOON_SECONDS

        stopping.wait_for(followed, "line with the new time")

    @staticmethod
    def window(bed, client, server):
        """[clock before, clock after, first line, last line] of some exchanges."""
        lines_come_to_rest(bed)
        first, before = len(bed.tracer.lines()), time.time_ns() // 1000
        for _ in range(5):
            talk.exchange(client, server)
        bed.settle()
        after = time.time_ns() // 1000
        lines_come_to_rest(bed)
        return [before, after, first, len(bed.tracer.lines())]

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from log_invariants.sums(log.run)
        yield from log_invariants.flow_list(log.run)
        yield program_report.balanced(result.stderr_text), "the accounting balances", result.stderr_text
        for number in range(len(result.facts["windows"])):
            seconds = result.measured(f"followed-{number}")
            yield (seconds <= FOLLOWED_SECONDS,
                   f"setting {number} is followed within {FOLLOWED_SECONDS} s", f"{seconds:.2f} s")
        lines = result.log_text.splitlines()
        wrong, count = [], 0
        for before, after, first, last in result.facts["windows"]:
            for line in lines[first:last]:
                time_us = round(float(line.split(",")[TIME_COLUMN]) * 1e6)
                count += 1
                if not before - SLACK_US <= time_us <= after + SLACK_US:
                    wrong.append(f"{line[:40]} not from {before} to {after}")
        yield count >= 40, "lines from before and after each setting", f"{count} lines"
        yield not wrong, "each line has the time of the clock as it was set", "; ".join(wrong[:4])


@scenario
class TwoTracers(Scenario):
    name = "two_tracers_both_see_everything"
    one_kernel = True
    preemption = True
    timeout = 120

    def traffic(self, bed):
        second = bed.start_tracer(("--stats", str(bed.dir / "second.json")), log="second.log")
        talking = talk.Talking(bed, PACE)
        time.sleep(2)
        talking.stop()
        bed.settle()
        second.stop()
        bed.note("second", second.exit)

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from log_invariants.checks(log.run)
        second = Second(result)
        yield from common.complete_run(second)
        lines = [Counter(self.untimed(text)) for text in (result.log_text, second.log_text)]
        for name, tracer, own, other in (("first", result, *lines), ("second", second, *lines[::-1])):
            lacking = sum((other - own).values())
            suppressed = tracer.missed("i") + tracer.missed("o")
            yield (lacking <= suppressed,
                   f"the {name} has every line of the other, but for the time and suppressed runs",
                   f"{lacking} of {sum(other.values())} lines lacking, {suppressed} suppressed")

    @staticmethod
    def untimed(text):
        """Without the connection with which the second tracer tests that its hooks run."""
        for line in text.splitlines():
            columns = line.split(",")
            if columns[0] in ("i", "o") and str(talk.PORT) in (columns[3], columns[5]):
                yield tuple(columns[:TIME_COLUMN] + columns[TIME_COLUMN + 1:])


class Second:
    """The result of the second tracer; no other was started while it ran."""

    def __init__(self, result):
        self.result = result
        self.log_text = result.text("second.log")
        self.stderr_text = result.text("tracer-2.stderr")
        self.exit_code = result.facts["second"]

    def missed(self, direction):
        return program_report.missed(self.stderr_text, direction)

    def __getattr__(self, name):
        return getattr(self.result, name)
