"""The host changes while it is traced: a CPU goes and comes back, the clock is set, another tracer
looks on."""

import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from judge import books, common, contract, siftrlog
from scenarios import stopping, talk

CPU = Path("/sys/devices/system/cpu/cpu1/online")
HOUR = 3600
# A new offset is followed within 100 ms, and an emulated host may hold everything up as long.
FOLLOWED_SECONDS = 0.3
# Between reading the clock here and the kernel's doing it there.
SLACK_US = 1000
PACE = 0.005
TIME_COLUMN = 1


@scenario
class HotPlug(Scenario):
    name = "a_cpu_that_goes_and_comes_back_loses_nothing"
    timeout = 120
    rounds = 3

    def traffic(self, bed):
        if not CPU.exists():
            bed.note("cpu", "this kernel keeps its CPUs")
            return
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
        yield from common.whole(result)


@scenario
class ClockSet(Scenario):
    """Forward by an hour, then back by two, then right again."""

    name = "a_clock_that_is_set_is_followed_at_once"
    timeout = 120
    capture = False  # what a capture says of the time is the same clock

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        windows = []
        try:
            for hours in (0, 1, -2, 1):
                time.clock_settime(time.CLOCK_REALTIME, time.time() + hours * HOUR)
                time.sleep(FOLLOWED_SECONDS)
                windows.append(self.window(bed, client, server))
        finally:
            bed.note("windows", windows)
        talk.close_in_order(client, server)

    @staticmethod
    def window(bed, client, server):
        """[clock before, clock after, first line, last line] of some exchanges."""
        first, before = len(bed.tracer.lines()), time.time_ns() // 1000
        for _ in range(5):
            talk.exchange(client, server)
        bed.settle()
        after = time.time_ns() // 1000
        stopping.wait_for(lambda: len(bed.tracer.lines()) > first, "lines")
        time.sleep(FOLLOWED_SECONDS)
        return [before, after, first, len(bed.tracer.lines())]

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from contract.sums(log.run)
        yield from contract.flow_list(log.run)
        yield books.balanced(result.books_text), "the books balance", result.books_text
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
    timeout = 120

    def traffic(self, bed):
        second = bed.start_tracer(("--books", str(bed.dir / "second.json")), log="second.log")
        talking = talk.Talking(bed, PACE)
        time.sleep(2)
        talking.stop()
        bed.settle()
        second.stop()

    def judge(self, result):
        yield from common.whole(result)
        log = siftrlog.parse(result.text("second.log"))
        yield from common.well_formed(log)
        yield from contract.checks(log.run)
        first, second = (sorted(self.untimed(text)) for text in
                         (result.log_text, result.text("second.log")))
        yield (first == second, "the lines of both are the same but for the time",
               f"{len(first)} and {len(second)} lines")

    @staticmethod
    def untimed(text):
        for line in text.splitlines():
            columns = line.split(",")
            if columns[0] in ("i", "o"):
                yield columns[:TIME_COLUMN] + columns[TIME_COLUMN + 1:]
