"""The log on a pipe: prompt lines, readers that leave, and one that never reads."""

import os
import select
import signal
import subprocess
import time

from bed.scenario import Scenario, scenario
from judge import books, common, siftrlog
from scenarios import stopping, talk

PROMPT_SECONDS = 1


def read_line(stream, limit):
    """One line of an unbuffered pipe, or None when it is not there in time."""
    give_up, line = time.monotonic() + limit, b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], max(give_up - time.monotonic(), 0))
        if not ready:
            return None
        piece = os.read(stream.fileno(), 1)
        if not piece:
            return None
        line += piece
    return line.decode()


def start_into_pipe(bed, *args):
    """A tracer whose stdout is a pipe, once its header has come through."""
    tracer = bed.start_tracer(args, stdout=subprocess.PIPE, log=None)
    pipe = tracer.process.stdout
    header = read_line(pipe, 40)
    if header is None:
        raise RuntimeError(f"no header on the pipe: {tracer.messages()}")
    return tracer, pipe, header


@scenario
class Pipe(Scenario):
    name = "lines_are_prompt_on_a_pipe"
    tracer = None

    def traffic(self, bed):
        tracer, pipe, text = start_into_pipe(bed)
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        first = read_line(pipe, PROMPT_SECONDS)
        bed.note("first", first)
        text += first or ""
        talk.close_in_order(client, server)
        bed.settle()
        tracer.signal(signal.SIGINT)
        while line := read_line(pipe, 10):
            text += line
        tracer.wait()
        bed.save("siftr.log", text)

    def judge(self, result):
        yield (bool(result.facts["first"]), f"a line is readable within {PROMPT_SECONDS} s",
               "nothing came")
        yield from common.whole(result)


@scenario
class ReaderLeaves(Scenario):
    name = "a_reader_that_leaves_ends_the_run_cleanly"
    tracer = None
    wanted = 50

    def traffic(self, bed):
        tracer, pipe, text = start_into_pipe(bed)
        load = stopping.Load(bed)
        for _ in range(self.wanted - 1):
            text += read_line(pipe, 20)
        pipe.close()
        bed.note("seconds", stopping.time_to_end(tracer))
        load.stop()
        bed.save("head.txt", text)

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.text("head.txt"), whole=False)
        yield not log.errors, "complete lines only", "; ".join(log.errors[:4])
        yield len(log.run.lines) == self.wanted - 1, "as many as were read", ""
        yield stopping.in_time(result.facts["seconds"])


@scenario
class IdleReaderLeaves(Scenario):
    name = "a_reader_that_leaves_while_nothing_is_logged_ends_the_run"
    tracer = None

    def traffic(self, bed):
        tracer, pipe, _ = start_into_pipe(bed)
        pipe.close()
        bed.note("seconds", stopping.time_to_end(tracer))

    def judge(self, result):
        yield from common.ran_well(result)
        yield stopping.in_time(result.facts["seconds"])


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
        bed.note("seconds", stopping.time_to_end(tracer))
        bed.save("pipe.txt", text.encode() + pipe.read())

    def judge(self, result):
        yield from common.ran_well(result, exit_code=1)
        yield stopping.in_time(result.facts["seconds"])
        log = siftrlog.parse(result.text("pipe.txt"), whole=False)
        yield not log.errors, "complete lines only", "; ".join(log.errors[:4])
        said = result.books_text
        lines = books.row(said, "lines in the log") or (0, 0)
        yield sum(lines) == len(log.run.lines), "the books count what the pipe took", (
            f"{len(log.run.lines)} lines\n{said}")
        lost = books.row(said, "LOST: not taken by the output") or (0, 0)
        yield sum(lost) > 0, "the books count what it did not take", said
        seen = books.row(said, "packets seen") or (0, 0)
        skipped = books.row(said, "handshake or closed") or (0, 0)
        yield (sum(seen) == sum(lines) + sum(lost) + sum(skipped), "the books add up", said)
        missed = sum(books.missed(said, way) for way in "io")
        captured, merged = len(common.packets(result)), books.merged(said) or 0
        # The SYN-ACK comes from no socket yet.
        yield (captured == sum(seen) + missed + merged + 1,
               "every captured packet is in the books", f"{captured} captured\n{said}")
