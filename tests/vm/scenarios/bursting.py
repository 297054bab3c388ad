"""Bursts of --burst: complete runs at the moments that the wall clock says, with every packet of them."""

import os
import time

from bed.scenario import Scenario, scenario
from judge import common, log_invariants, program_report, siftrlog
from scenarios import talk

PACE = 0.02
ON_SECONDS, PERIOD_SECONDS = 2, 4
BURSTS = 3
LATE_US = 1_000_000  # at most, of a guest that was not held up
EDGE_US = 50_000  # two tracers are not switched at one instant
TIME_COLUMN, FLOWID_COLUMN = 1, 25


def untimed(text):
    """[(time in microseconds, flow as its host sees it, the other columns)] of the lines of talk's port."""
    for line in text.splitlines():
        columns = line.split(",")
        if columns[0] in ("i", "o") and str(talk.PORT) in (columns[3], columns[5]):
            moment = int(columns[TIME_COLUMN].replace(".", ""))
            yield (moment, tuple(columns[2:6]), tuple(
                column for number, column in enumerate(columns)
                if number not in (TIME_COLUMN, FLOWID_COLUMN)))


def by_flow(lines):
    found = {}
    for moment, flow, columns in lines:
        found.setdefault(flow, []).append((moment, columns))
    return found


@scenario
class Bursts(Scenario):
    name = "bursts_are_complete_runs_at_the_moments_of_the_wall_clock"
    one_kernel = True
    timeout = 150

    def traffic(self, bed):
        # A test build has programs in front of others attached in the first burst.
        os.environ["SIFTR_BPF_REINFORCED"] = "1"
        bursts = bed.start_tracer(("--burst", f"{ON_SECONDS}s/{PERIOD_SECONDS}s"), log="bursts.log")
        talking = talk.Talking(bed, PACE)
        log = bed.dir / "bursts.log"
        while log.read_text().count("disable_time_secs") < BURSTS:
            time.sleep(0.1)
        bed.note("between", time.time())
        bursts.stop()
        bed.note("bursts", bursts.exit)
        talking.stop()
        bed.settle()

    def judge(self, result):
        yield from common.ran_well(result)
        yield result.facts["bursts"] == 0, "the tracer of bursts ended with 0"
        text = result.text("bursts.log")
        log = siftrlog.parse(text)
        yield from common.well_formed(log, len(log.runs))
        yield len(log.runs) >= BURSTS, f"there are {BURSTS} bursts", f"{len(log.runs)}"
        for run in log.runs:
            yield from log_invariants.checks(run)
        yield from self.in_time(result, log.runs)
        yield from self.whole(result, log.runs, by_flow(untimed(result.log_text)))
        stderr = result.text("tracer-2.stderr")
        seen = program_report.row(stderr, "packets seen")
        counted = [sum(run.footer[f"num_{word}_tcp_pkts"] for run in log.runs)
                   for word in ("inbound", "outbound")]
        yield counted == list(seen[:2]), "the footers count the packets that are reported", (
            f"{counted}, reported {seen}")

    @staticmethod
    def in_time(result, runs):
        wrong = []
        for number, run in enumerate(runs):
            begin, end = common.run_window(run)
            held_up = result.held_up(begin / 1e6, end / 1e6) * 1e6
            phase = begin % (PERIOD_SECONDS * 10**6)
            late = end - (begin - phase) - ON_SECONDS * 10**6
            # The first may begin at any moment of its burst.
            if phase >= ON_SECONDS * 10**6 or (number and phase > LATE_US + held_up) or not (
                    0 <= late <= LATE_US + held_up):
                wrong.append(f"run {number}: begins at {phase} us of its period, ends {late} us late")
        yield not wrong, "each burst begins and ends when the wall clock says", "; ".join(wrong)

    @staticmethod
    def whole(result, runs, everything):
        """A second tracer beside it has the same lines, and none between those of a burst."""
        wrong, compared = [], 0
        for run in runs:
            begin, end = common.run_window(run)
            edge = EDGE_US + result.held_up(begin / 1e6, end / 1e6) * 1e6
            own = by_flow(untimed("\n".join(map(raw, run.lines))))
            for flow, full in everything.items():
                inner = [columns for moment, columns in full
                         if begin + edge <= moment <= end - edge]
                outer = [columns for moment, columns in full
                         if begin - edge <= moment <= end + edge]
                lines = [columns for _, columns in own.get(flow, [])]
                compared += len(lines)
                if not contains(outer, lines) or not contains(lines, inner):
                    wrong.append(f"{flow}: {len(inner)} to {len(outer)} lines, {len(lines)} here")
        missed = sum(result.missed(letter) for letter in "io")
        yield (len(wrong) <= missed and compared > 0,
               "each burst has every line of a tracer that never pauses",
               f"{'; '.join(wrong[:4])}, {compared} lines compared, {missed} missed")


def raw(line):
    """The line's text, as the strict reader has its columns."""
    return ",".join([line.direction, f"{line.time_us // 10**6}.{line.time_us % 10**6:06d}", line.laddr,
                     str(line.lport), line.faddr, str(line.fport)]
                    + [str(line.values[name]) for name in siftrlog.NUMBERS])


def contains(whole, part):
    """Whether the list `part` stands in `whole` without a gap."""
    return not part or any(whole[at:at + len(part)] == part
                           for at in range(len(whole) - len(part) + 1))
