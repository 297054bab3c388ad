"""Logs in files: one that exists already, one on a full disk."""

import os
import signal
import subprocess

from bed.scenario import Scenario, scenario
from judge import books, common, contract, siftrlog
from scenarios import stopping, talk

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
        for run in log.runs:
            yield from contract.checks(run)
            window = common.run_window(run)
            view = common.Verdict(result, run, common.ADDRESSES, window=window)
            yield from common.balance(view)
            yield from common.agree(view)


@scenario
class DiskFull(Scenario):
    name = "a_full_disk_is_said_once_and_counted"
    timeout = 120
    tracer = None
    conversations = 60

    def traffic(self, bed):
        os.makedirs(FULL, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "tmpfs", FULL], check=True)
        try:
            tracer = bed.start_tracer(log=f"{FULL}/siftr.log")
            for _ in range(self.conversations):
                client, server = talk.open_pair(bed)
                talk.exchange(client, server)
                talk.close_in_order(client, server)
            bed.settle()
            tracer.signal(signal.SIGINT)
            tracer.wait()
            with open(f"{FULL}/siftr.log") as log:
                bed.save("siftr.log", log.read())
        finally:
            subprocess.run(["umount", "-l", FULL], check=True)

    def judge(self, result):
        yield from common.ran_well(result, exit_code=1)
        text, said = result.log_text, result.books_text
        yield text.endswith("\n"), "the file ends in a newline", repr(text[-80:])
        log = siftrlog.parse(text, whole=False)
        yield not log.errors, "every line is whole", "; ".join(log.errors[:4])
        lost = books.row(said, "LOST: not taken by the output")
        yield bool(lost) and sum(lost) > 0, "the books count the lost lines", said[-800:]
        lines = books.row(said, "lines in the log")
        found = [sum(1 for line in log.run.lines if line.direction == way) for way in "io"]
        yield bool(lines) and list(lines) == found, "the books count the lines", f"{lines} {found}"
        notices = [line for line in said.splitlines() if "space left" in line]
        yield len(notices) == 1, "the full disk is said once", f"{notices}"
        yield books.balanced(said), "the books balance", said[-800:]
        if log.run.footer:
            yield from contract.sums(log.run)
