"""A pipe whose reader never reads: the run ends in time and its accounting balances."""

import signal

from bed.scenario import Scenario, scenario
from judge import common, program_report, siftrlog
from scenarios import stopping, talk
from scenarios.pipes import start_into_pipe

ONE_KERNEL = True
READER_SECONDS = 0.5  # siftr-bpf(8): how long a stopped reader of a pipe is waited for


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
        yield stopping.in_time(result, READER_SECONDS)
        log = siftrlog.parse(result.text("pipe.txt"), complete=False)
        yield not log.errors, "complete lines only", "; ".join(log.errors[:4])
        stderr = result.stderr_text
        lines = program_report.row(stderr, "lines in the log") or (0, 0)
        yield sum(lines) == len(log.run.lines), "the accounting counts what the pipe took", (
            f"{len(log.run.lines)} lines\n{stderr}")
        lost = program_report.row(stderr, "dropped: write error") or (0, 0)
        yield sum(lost) > 0, "the accounting counts what it did not take", stderr
        seen = program_report.row(stderr, "packets seen") or (0, 0)
        skipped = program_report.row(stderr, "handshake or closed") or (0, 0)
        yield (sum(seen) == sum(lines) + sum(lost) + sum(skipped), "the accounting adds up", stderr)
        missed = result.missed("i") + result.missed("o")
        captured, merged = len(common.packets(result)), program_report.merged(stderr) or 0
        # The SYN-ACK is sent without a socket.
        yield (captured == sum(seen) + missed + merged + 1,
               "every captured packet is in the accounting", f"{captured} captured\n{stderr}")
