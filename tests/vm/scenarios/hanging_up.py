"""SIGHUP ends a run that has no file to rotate, or whose terminal has closed."""

import os
import signal
import subprocess

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer
from judge import common, siftrlog
from scenarios import stopping, talk

ONE_KERNEL = True


@scenario
class HangupEnds(Scenario):
    name = "sighup_ends_a_run_whose_log_goes_to_stdout"
    tracer = None

    def traffic(self, bed):
        tracer = bed.start_tracer(stdout="siftr.log", log=None)
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        tracer.signal(signal.SIGHUP)
        bed.note("end", stopping.time_to_end(tracer))

    def judge(self, result):
        yield from common.complete_run(result)
        yield stopping.in_time(result)


@scenario
class TerminalLeaves(Scenario):
    """A terminal that closes sends SIGHUP as well: the run ends although its log is a file."""

    name = "a_terminal_that_goes_away_ends_the_run"
    tracer = None

    def traffic(self, bed):
        if not os.path.ismount("/dev/pts"):
            os.makedirs("/dev/pts", exist_ok=True)
            subprocess.run(["mount", "-t", "devpts", "pts", "/dev/pts"], check=True)
        leader, terminal = os.openpty()
        log = bed.dir / "siftr.log"
        argv = ["sh", "-c", f"exec setsid -c {PROGRAM} -o {log} <&1"]
        tracer = Tracer(argv, terminal, bed.dir / "tracer.stderr", log, bed.dir)
        bed.tracers.append(tracer)
        tracer.wait_ready()
        os.close(terminal)
        os.close(leader)
        tracer.signalled = True
        bed.note("end", stopping.time_to_end(tracer))

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield stopping.in_time(result)
