"""A stopped consumer: large rings lose nothing, and small rings count what does not fit."""

import signal
import time

from bed.scenario import Scenario, scenario
from judge import common, log_invariants, program_report, siftrlog
from judge.verdict import View
from scenarios import talk

THOROUGH = True
STOPS = (0.1, 1, 10)
BETWEEN = 1  # seconds in which a tracer must catch up after a stop
PACE = 0.004


def age_of_last_line(tracer):
    """[now, age of the last data line's packet in seconds]. The log ends in a complete line, as the
    tracer is not stopped."""
    now = time.time()
    return [now, now - float(tracer.lines()[-1].split(",")[1])]


class StoppedConsumer(Scenario):
    timeout = 240

    def traffic(self, bed):
        talking, ages = talk.Talking(bed, PACE), []
        for seconds in STOPS:
            time.sleep(BETWEEN)
            bed.tracer.signal(signal.SIGSTOP)
            time.sleep(seconds)
            bed.tracer.signal(signal.SIGCONT)
            time.sleep(BETWEEN)
            ages.append(age_of_last_line(bed.tracer))
        bed.note("ages", ages)
        talking.stop()

    def judge(self, result):
        ages = [age - result.held_up(now - age, now) for now, age in result.facts["ages"]]
        yield (max(ages) < BETWEEN, "lines of new packets come within a second after each stop",
               f"the last line was {ages} s old")


@scenario
class Sized(StoppedConsumer):
    name = "a_stopped_consumer_loses_nothing_with_rings_sized_for_it"
    tracer_args = ("--strict", "--ring-size", "32M")

    def judge(self, result):
        yield from super().judge(result)
        # A hook that the kernel suppressed is no loss in the ring, but --strict reports it too.
        missed = sum(program_report.missed(result.stderr_text, way) for way in "io")
        yield from common.complete_run(result, exit_code=5 if missed else 0)


@scenario
class AsleepMeanwhile(Scenario):
    """The first packet after a pause has no record and wakes the drain; later ones wait with it."""

    name = "packets_behind_one_that_only_wakes_the_consumer_are_logged"

    def traffic(self, bed):
        time.sleep(BETWEEN)
        bed.tracer.signal(signal.SIGSTOP)
        ends = talk.open_pair(bed)
        talk.exchange(*ends, 200, 4000)
        bed.tracer.signal(signal.SIGCONT)
        talk.close_in_order(*ends)

    def judge(self, result):
        yield from common.complete_run(result)


@scenario
class TooSmall(StoppedConsumer):
    name = "rings_too_small_for_a_stopped_consumer_count_what_they_lose"
    tracer_args = ("--strict", "--ring-size", "64K")

    def judge(self, result):
        yield from super().judge(result)
        yield from common.ran_well(result, exit_code=5)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield from log_invariants.checks(log.run)
        stderr, view = result.stderr_text, View(result, log.run, common.ADDRESSES)
        lost = program_report.row(stderr, "dropped: ring buffer full") or (0, 0)
        yield min(lost) > 0, "packets were lost in both directions, and counted", stderr
        for at, way in enumerate("io"):
            seen = program_report.row(stderr, "packets seen")
            lines = program_report.row(stderr, "lines in the log")
            skipped = program_report.row(stderr, "handshake or closed")
            yield (seen[at] == skipped[at] + lost[at] + lines[at],
                   f"the accounting of {way} adds up", stderr)
            found = sum(1 for line in log.run.lines if line.direction == way)
            yield (lines[at] == found, f"the lines of {way} are those in the accounting",
                   f"{found}\n{stderr}")
            uncounted = result.missed(way) + (view.coalesced() if way == "i" else 0)
            # A SYN-ACK is sent without a socket.
            uncounted += 1 if way == "o" else 0
            yield (view.captured(way) == seen[at] + uncounted,
                   f"every captured packet of {way} is in the accounting",
                   f"{view.captured(way)} captured, {uncounted} not counted\n{stderr}")
