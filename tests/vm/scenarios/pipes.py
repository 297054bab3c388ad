"""The log on a pipe: lines come promptly, and readers may end first."""

import os
import signal
import subprocess
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import Stopwatch
from judge import common, siftrlog
from scenarios import stopping, talk

ONE_KERNEL = True

PROMPT_SECONDS = 1


def read_line(stream):
    """Reads one line of an unbuffered pipe, "" at its end; only the scenario's limit ends the wait."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(stream.fileno(), 1)
        if not piece:
            return ""
        line += piece
    return line.decode()


def start_into_pipe(bed, *args):
    """A tracer whose stdout is a pipe, once its header has come through."""
    tracer = bed.start_tracer(args, stdout=subprocess.PIPE, log=None)
    pipe = tracer.process.stdout
    header = read_line(pipe)
    if not header:
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
        watch = Stopwatch()
        text += read_line(pipe)
        bed.note("first", watch.read())
        talk.close_in_order(client, server)
        bed.settle()
        tracer.signal(signal.SIGINT)
        while line := read_line(pipe):
            text += line
        tracer.wait()
        bed.save("siftr.log", text)

    def judge(self, result):
        seconds = result.measured("first")
        yield (seconds <= PROMPT_SECONDS, f"a line is readable within {PROMPT_SECONDS} s",
               f"{seconds:.2f} s")
        yield from common.complete_run(result)


@scenario
class ReaderLeaves(Scenario):
    name = "a_reader_that_leaves_ends_the_run_cleanly"
    tracer = None
    wanted = 50

    def traffic(self, bed):
        tracer, pipe, text = start_into_pipe(bed)
        load = stopping.Load(bed)
        for _ in range(self.wanted - 1):
            text += read_line(pipe)
        watch = Stopwatch()
        pipe.close()
        load.stop()
        tracer.wait()
        bed.note("end", watch.read())
        bed.save("head.txt", text)

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.text("head.txt"), complete=False)
        yield not log.errors, "complete lines only", "; ".join(log.errors[:4])
        yield len(log.run.lines) == self.wanted - 1, "as many as were read", ""
        yield stopping.in_time(result)


@scenario
class IdleReaderLeaves(Scenario):
    name = "a_reader_that_leaves_while_nothing_is_logged_ends_the_run"
    tracer = None

    def traffic(self, bed):
        tracer, pipe, _ = start_into_pipe(bed)
        pipe.close()
        bed.note("end", stopping.time_to_end(tracer))

    def judge(self, result):
        yield from common.ran_well(result)
        yield stopping.in_time(result)


class Pipeline(Scenario):
    """A pipeline in the foreground of a shell, ended by Ctrl-C: each process gets a SIGINT."""

    tracer = None

    def traffic(self, bed):
        log = bed.dir / "siftr.log"
        # Unlike an ignored signal, a trap is not inherited by the program.
        line = (f"{{ trap : INT; {PROGRAM} 2>{bed.dir}/messages; echo $? >{bed.dir}/status; }} | "
                + self.reader.format(log=log))
        with subprocess.Popen(["sh", "-c", line], start_new_session=True,
                              cwd=bed.dir) as pipeline:
            stopping.wait_for(lambda: self.began(log), "header", limit=60)
            client, server = talk.open_pair(bed)
            talk.exchange(client, server)
            talk.close_in_order(client, server)
            bed.settle()
            self.interrupt(pipeline.pid)
            pipeline.wait()
        stopping.wait_for(lambda: not self.is_alive(pipeline.pid), "end of the pipeline")
        bed.note("status", int((bed.dir / "status").read_text()))
        bed.note("stderr", (bed.dir / "messages").read_text())
        checked = subprocess.run(f"{self.show.format(log=log)} | {PROGRAM} check -", shell=True,
                                 text=True, capture_output=True)
        bed.note("check", [checked.returncode, checked.stdout + checked.stderr])

    @staticmethod
    def interrupt(group):
        os.killpg(group, signal.SIGINT)

    @staticmethod
    def began(log):
        return log.exists() and log.stat().st_size > 0

    @staticmethod
    def is_alive(group):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        return True


def member(group, name):
    """The process of that name in a process group, or None."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            start, fields = stat.read_text().rsplit(")", 1)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if start.endswith(f"({name}") and int(fields.split()[2]) == group:
            return int(stat.parent.name)
    return None


@scenario
class ReaderKilled(Pipeline):
    """The program is stopped until the reader has ended. Otherwise it may still write the footer to the
    pipe, and whether the reader got it would be a matter of luck."""

    name = "a_reader_that_ctrl_c_ends_before_the_footer_is_reported"
    reader, show = "tee {log}", "cat {log}"

    @staticmethod
    def interrupt(group):
        program = member(group, "siftr-bpf")
        os.kill(program, signal.SIGSTOP)
        os.killpg(group, signal.SIGINT)
        stopping.wait_for(lambda: member(group, "tee") is None, "end of the reader")
        os.kill(program, signal.SIGCONT)

    def judge(self, result):
        yield not result.error, "the traffic ran", str(result.error)
        code, found = result.facts["check"]
        yield code != 0, "the log lacks its footer", found
        yield result.facts["status"] == 1, "exit code 1", result.facts["stderr"]
        times = result.facts["stderr"].count("its reader ended first")
        yield times == 1, "the cause is reported once", result.facts["stderr"]


class ReaderStays(Pipeline):
    def judge(self, result):
        yield not result.error, "the traffic ran", str(result.error)
        yield result.facts["status"] == 0, "exit code 0", result.facts["stderr"]
        code, stderr = result.facts["check"]
        yield code == 0, "the log is good", stderr


@scenario
class ReaderIgnores(ReaderStays):
    name = "tee_that_ignores_ctrl_c_gets_the_complete_log"
    reader, show = "tee -i {log}", "cat {log}"


@scenario
class CompressorIgnores(ReaderStays):
    """A compressor writes its file late, so that the file only shows that it runs."""

    name = "a_compressor_that_ignores_ctrl_c_gets_the_complete_log"
    reader, show = "(trap '' INT; tee {log} | gzip >{log}.gz)", "gzip -dc {log}.gz"
