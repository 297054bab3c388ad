"""Logs in files: an existing log and a log on a full disk."""

import os
import signal
import subprocess

from bed.scenario import Scenario, scenario
from bed.waiting import Stopwatch
from judge import common, log_invariants, program_report, siftrlog
from scenarios import stopping, talk

ONE_KERNEL = True

FULL = "/tmp/full"


@scenario
class Appended(Scenario):
    name = "a_second_run_appends_to_the_log"

    def traffic(self, bed):
        self.converse(bed)
        bed.settle()
        bed.tracer.stop()
        # The header is there already, so readiness shows in the number of lines.
        before = len(bed.tracer.lines())
        second = bed.start_tracer(ready=False)
        stopping.wait_for(lambda: len(second.lines()) > before, "second header")
        self.converse(bed)

    @staticmethod
    def converse(bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log, runs=2)
        views = [common.Verdict(result, run, common.ADDRESSES, window=common.run_window(run))
                 for run in log.runs]
        for run, view in zip(log.runs, views):
            yield from log_invariants.checks(run)
            yield from common.balance(view)
            yield from common.agree(view)
        yield common.merged_by_all(views)


class SmallDisk(Scenario):
    """A log on a file system of its own."""

    timeout = 120
    tracer = None

    def traffic(self, bed):
        os.makedirs(FULL, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.size},mode=755", "tmpfs", FULL],
                       check=True)
        try:
            self.fill(bed)
            with open(f"{FULL}/siftr.log") as log:
                bed.save("siftr.log", log.read())
        finally:
            subprocess.run(["umount", "-l", FULL], check=True)

    @staticmethod
    def converse(bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)

    def judge(self, result):
        """The log is complete; what is not in it has been counted."""
        yield from common.ran_well(result, exit_code=1)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        if not log.run or not log.run.footer:
            return
        stderr = result.stderr_text
        yield from log_invariants.checks(log.run)
        lost = program_report.row(stderr, "dropped: write error")
        yield bool(lost) and sum(lost) > 0, "the accounting counts the lost lines", stderr[-800:]
        lines = program_report.row(stderr, "lines in the log")
        found = [sum(1 for line in log.run.lines if line.direction == way) for way in "io"]
        yield bool(lines) and list(lines) == found, "the accounting counts the lines", f"{lines} {found}"
        yield program_report.balanced(stderr), "the accounting balances", stderr[-800:]
        yield from self.judge_words(stderr)


@scenario
class DiskFull(SmallDisk):
    name = "a_full_disk_is_reported_once_and_counted"
    size = "64k"
    conversations = 60

    def fill(self, bed):
        tracer = bed.start_tracer(log=f"{FULL}/siftr.log")
        for _ in range(self.conversations):
            self.converse(bed)
        bed.settle()
        tracer.signal(signal.SIGINT)
        tracer.wait()

    @staticmethod
    def judge_words(stderr):
        notices = [line for line in stderr.splitlines() if "space left" in line]
        yield len(notices) == 1, "the full disk is reported once", f"{notices}"


@scenario
class DiskFullAgain(SmallDisk):
    """Space ends and returns while there is no traffic; writing resumes all the same."""

    name = "writing_resumes_within_a_second_of_space_returning"
    size = "4m"
    piece = 80 << 10
    cycles = 10
    resume_seconds = 1
    timeout = 240

    def fill(self, bed):
        with open(f"{FULL}/other", "wb", buffering=0) as other:
            self.take_all(other)
            self.give_back(other)
            tracer = bed.start_tracer(log=f"{FULL}/siftr.log")
            client, server = talk.open_pair(bed)
            bed.note("waits", [self.cycle(bed, tracer, other, (client, server), cycle)
                               for cycle in range(1, self.cycles + 1)])
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        tracer.signal(signal.SIGINT)
        tracer.wait()

    def cycle(self, bed, tracer, other, ends, number):
        """The stopwatch's reading from the return of space until writing resumes."""
        while tracer.messages().count("space left") < number:
            talk.exchange(*ends)
        bed.settle()
        self.give_back(other)
        watch = Stopwatch()
        stopping.wait_for(lambda: tracer.messages().count("again;") == number, "resumption")
        return watch.read()

    @staticmethod
    def take_all(other):
        try:
            while True:
                other.write(bytes(4096))
        except OSError:
            pass

    def give_back(self, other):
        os.ftruncate(other.fileno(), os.fstat(other.fileno()).st_size - self.piece)

    def judge(self, result):
        yield from super().judge(result)
        waits = [result.own_seconds(watch) for watch in result.facts["waits"]]
        yield (max(waits) <= self.resume_seconds,
               f"writing resumed within {self.resume_seconds} s each time", f"{waits}")

    def judge_words(self, stderr):
        full, again = stderr.count("space left"), stderr.count("again;")
        yield full == again == self.cycles, "each change is reported once", f"{full} {again}"
