"""A consumer that is stopped: nothing is lost where the rings are sized for it, and what does not
fit is counted where they are not."""

import signal
import time

from bed.scenario import Scenario, scenario
from judge import common, log_invariants, program_report, siftrlog
from scenarios import talk

THOROUGH = True
STOPS = (0.1, 1, 10)
BETWEEN = 1  # seconds, in which a stopped tracer must have caught up
PACE = 0.004


def age_of_last_line(tracer):
    """[moment, how many seconds before it the last data line's packet was]. The log ends in a whole
    line, as the tracer is not stopped."""
    now = time.time()
    return [now, now - float(tracer.lines()[-1].split(",")[1])]


class StoppedConsumer(Scenario):
    timeout = 240

    def traffic(self, bed):
        talking, behind = talk.Talking(bed, PACE), []
        for seconds in STOPS:
            time.sleep(BETWEEN)
            bed.tracer.signal(signal.SIGSTOP)
            time.sleep(seconds)
            bed.tracer.signal(signal.SIGCONT)
            time.sleep(BETWEEN)
            behind.append(age_of_last_line(bed.tracer))
        bed.note("behind", behind)
        talking.stop()

    def judge(self, result):
        behind = [age - result.held_up(now - age, now) for now, age in result.facts["behind"]]
        yield (max(behind) < BETWEEN, "lines of new packets come within a second after each stop",
               f"the last line was {behind} s old")


@scenario
class Sized(StoppedConsumer):
    name = "a_stopped_consumer_loses_nothing_with_rings_sized_for_it"
    tracer_args = ("--strict", "--ring-size", "32M")

    def judge(self, result):
        yield from super().judge(result)
        # A run that the kernel suppressed is no loss of the ring's, but --strict asks for none.
        missed = sum(program_report.missed(result.stderr_text, way) for way in "io")
        yield from common.complete_run(result, exit_code=5 if missed else 0)


@scenario
class AsleepMeanwhile(Scenario):
    """The first packet after a rest has no record and wakes the drain; those behind it wait with it."""

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
        said, view = result.stderr_text, common.View(result, log.run, common.ADDRESSES)
        lost = program_report.row(said, "dropped: ring buffer full") or (0, 0)
        yield min(lost) > 0, "packets were lost in both directions, and counted", said
        for at, way in enumerate("io"):
            seen = program_report.row(said, "packets seen")
            lines = program_report.row(said, "lines in the log")
            skipped = program_report.row(said, "handshake or closed")
            yield (seen[at] == skipped[at] + lost[at] + lines[at], f"the books of {way} add up", said)
            found = sum(1 for line in log.run.lines if line.direction == way)
            yield lines[at] == found, f"the lines of {way} are those in the books", f"{found}\n{said}"
            beside = result.missed(way) + (view.coalesced() if way == "i" else 0)
            # A SYN-ACK comes from no socket yet.
            beside += 1 if way == "o" else 0
            yield (view.captured(way) == seen[at] + beside,
                   f"every captured packet of {way} is in the books",
                   f"{view.captured(way)} captured, {beside} beside the books\n{said}")
