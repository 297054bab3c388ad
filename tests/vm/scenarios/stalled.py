"""A reader of the pipe that never reads: the end comes in time and the books stay true."""

import signal

from bed.scenario import Scenario, scenario
from judge import common, program_report, siftrlog
from scenarios import stopping, talk
from scenarios.pipes import start_into_pipe

ONE_KERNEL = True


@scenario
class StalledReader(Scenario):
    name = "a_reader_that_never_reads_does_not_hold_up_the_end"
    timeout = 120
    tracer = None
    exchanges = 400

    def traffic(self, bed):
        tracer, pipe, text = start_into_pipe(bed)
        client, server = talk.open_pair(bed)
        for _ in range(self.exchanges):
            talk.exchange(client, server, 100, 1000)
        talk.close_in_order(client, server)
        bed.settle()
        tracer.signal(signal.SIGINT)
        bed.note("end", stopping.time_to_end(tracer))
        bed.save("pipe.txt", text.encode() + pipe.read())

    def judge(self, result):
        yield from common.ran_well(result, exit_code=1)
        yield stopping.in_time(result)
        log = siftrlog.parse(result.text("pipe.txt"), whole=False)
        yield not log.errors, "complete lines only", "; ".join(log.errors[:4])
        said = result.stderr_text
        lines = program_report.row(said, "lines in the log") or (0, 0)
        yield sum(lines) == len(log.run.lines), "the books count what the pipe took", (
            f"{len(log.run.lines)} lines\n{said}")
        lost = program_report.row(said, "dropped: write error") or (0, 0)
        yield sum(lost) > 0, "the books count what it did not take", said
        seen = program_report.row(said, "packets seen") or (0, 0)
        skipped = program_report.row(said, "handshake or closed") or (0, 0)
        yield (sum(seen) == sum(lines) + sum(lost) + sum(skipped), "the books add up", said)
        missed = result.missed("i") + result.missed("o")
        captured, merged = len(common.packets(result)), program_report.merged(said) or 0
        # The SYN-ACK comes from no socket yet.
        yield (captured == sum(seen) + missed + merged + 1,
               "every captured packet is in the books", f"{captured} captured\n{said}")
