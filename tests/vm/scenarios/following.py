"""Streams of a run beside its log: ctl follow, with readers that read and one that does not."""

import json
import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE, wait_for
from judge import common, siftrlog
from scenarios import controlling, talk

READ, LEFT_OUT = 80, 81
EXCHANGES = 200
FOLLOW = (PROGRAM, "ctl", "--control", controlling.SOCKET, "follow")


class Reader:
    """One siftr-bpf ctl follow, which writes its stream to a file of the results."""

    def __init__(self, bed, name, *options):
        self.path = bed.dir / name
        with open(self.path, "wb") as out:
            self.process = subprocess.Popen([*FOLLOW, *options], cwd=bed.dir, stdout=out)
        wait_for(lambda: self.path.stat().st_size, f"the header in {name}")

    def wait(self):
        return self.process.wait(30 * PATIENCE)


def watch(bed):
    """One siftr-bpf top that watches the run, of one port; returns once it has begun."""
    path = bed.dir / "top.jsonl"
    with open(path, "wb") as out:
        process = subprocess.Popen([PROGRAM, "top", "--control", controlling.SOCKET, "--json", "--port", str(READ)],
                                   cwd=bed.dir, stdout=out, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: path.stat().st_size, "a snapshot of top")
    return process


@scenario
class Followed(Scenario):
    name = "streams_have_the_lines_of_the_log_and_a_stalled_reader_costs_none"
    one_kernel = True
    tracer_args = ("--control", controlling.SOCKET)
    timeout = 120

    def traffic(self, bed):
        control = controlling.Control(bed)
        bed.note("refused", [control.ask("follow", *words) for words in (
            ("--format", "siftr2"), ("--format", "csv", "--fields", "+cc"), ("--fields", "+cc"),
            ("--pid", "1"))])
        readers = [Reader(bed, "all.log"),
                   Reader(bed, "port.csv", "--format", "csv", "--port", str(READ))]
        top = watch(bed)
        gone = Reader(bed, "gone.log")
        stalled = controlling.connect(bed)
        stalled.sendall(b"follow\n")
        ends = [talk.open_pair(bed, port=port) for port in (READ, LEFT_OUT)]
        for number in range(EXCHANGES):
            for pair in ends:
                talk.exchange(*pair)
            if number == EXCHANGES // 2:
                gone.process.kill()
        talk.close_all(ends)
        bed.settle()
        bed.tracer.stop()
        bed.note("codes", [reader.wait() for reader in readers])
        bed.note("top", [top.wait(30 * PATIENCE), top.stderr.read()])
        gone.wait()
        stalled.close()

    def judge(self, result):
        yield from common.complete_run(result)
        yield [code for code, _, _ in result.facts["refused"]] == [1, 1, 2, 2], (
            "what a stream cannot have is refused"), f"{result.facts['refused']}"
        yield result.facts["codes"] == [0, 0], "readers end with the run", f"{result.facts['codes']}"
        log, stream = siftrlog.parse(result.log_text), siftrlog.parse(result.text("all.log"))
        yield not stream.errors, "a strict reader accepts the stream", f"{stream.errors[:2]}"
        texts = [[line for line in result.text(name).splitlines() if line[:2] in ("i,", "o,")]
                 for name in ("siftr.log", "all.log")]
        yield texts[0] == texts[1] and texts[0], "it has the log's lines", (
            f"{len(texts[1])} of {len(texts[0])}")
        yield (stream.run.footer and sorted(stream.run.flows) == sorted(log.run.flows)), (
            "and a footer with its flows"), f"{stream.run.flows} {log.run.flows}"
        rows = result.text("port.csv").splitlines()[1:]
        wanted = [line for line in log.run.lines if READ in (line.lport, line.fport)]
        yield len(rows) == len(wanted) > 0, "a stream of one port has the lines of that port", (
            f"{len(rows)} of {len(wanted)}")
        yield from watched(result, len(wanted))
        gone = result.text("gone.log").splitlines()[1:]
        yield 0 < len(gone) < len(texts[0]), "a reader that was killed has some lines", f"{len(gone)}"


def watched(result, lines):
    """What top saw of the port: at the end all lines, and why there are no more."""
    snapshot = json.loads(result.text("top.jsonl").splitlines()[-1])
    yield (snapshot["packets"], snapshot["lost"]) == (lines, 0), "top has them, too, and lost none", f"{snapshot}"
    code, messages = result.facts["top"]
    yield code == 1 and "has ended" in messages, "it says that the run has ended", f"{code}: {messages}"
