"""The log is deleted, replaced or truncated while it is written; the run continues under its name."""

import os
import time

from bed.scenario import Scenario, scenario
from bed.waiting import PATIENCE
from judge import common, program_report, siftrlog
from scenarios import stopping, talk
from scenarios.rotating import checked, found_good, has_header

ONE_KERNEL = True


class Lost(Scenario):
    tracer = None

    def traffic(self, bed):
        log = bed.dir / "siftr.log"
        tracer = bed.start_tracer(log="siftr.log")
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        stopping.wait_for(lambda: len(tracer.lines()) > 4, "lines")
        self.harm(log)
        wanted = time.monotonic() + 20 * PATIENCE
        while self.word not in tracer.messages() or not has_header(log):
            if time.monotonic() > wanted:
                raise TimeoutError(f"not noticed: {tracer.messages()}")
            talk.exchange(client, server)
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        tracer.stop()
        checked(bed, ["siftr.log"])
        bed.note("names", sorted(path.name for path in bed.dir.glob("siftr.log*")))

    def judge(self, result):
        yield from common.ran_well(result, exit_code=1)
        yield from found_good(result)
        yield result.facts["names"] == ["siftr.log"], "one log, no checkpoint", (
            f"{result.facts['names']}")
        stderr = result.stderr_text
        yield stderr.count(self.word) == 1, "it is reported once", stderr
        lost = program_report.row(stderr, "dropped: log deleted or truncated")
        yield bool(lost) and sum(lost) > 4, "the accounting counts what was in it", stderr
        lines = program_report.row(stderr, "lines in the log")
        log = siftrlog.parse(result.log_text)
        found = [sum(1 for line in log.run.lines if line.direction == way) for way in "io"]
        yield list(lines or []) == found, "the accounting counts the lines there are", f"{lines} {found}"
        yield program_report.balanced(stderr), "the accounting balances", stderr


@scenario
class Deleted(Lost):
    name = "a_deleted_log_goes_on_in_a_new_file"
    word = "was deleted or replaced"

    @staticmethod
    def harm(log):
        log.unlink()


@scenario
class Replaced(Lost):
    name = "a_log_that_another_file_replaced_goes_on_in_that"
    word = "was deleted or replaced"

    @staticmethod
    def harm(log):
        new = log.with_name("new")
        new.touch()
        new.rename(log)


@scenario
class Emptied(Lost):
    """Truncated, as by copytruncate and the shell's `> siftr.log`."""

    name = "an_emptied_log_goes_on_from_its_beginning"
    word = "was shortened"

    @staticmethod
    def harm(log):
        os.truncate(log, 0)
