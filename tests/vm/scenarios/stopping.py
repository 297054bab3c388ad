"""How a run ends: signals under load, --count, --duration. The log is complete each time."""

import os
import signal
import socket

from bed import grace_period, kernelprogs
from bed.scenario import Scenario, scenario
from bed.waiting import Stopwatch, wait_for
from judge import common, siftrlog
from scenarios import talk

STOP_SECONDS = 2
KPROBES_SECONDS = 2  # how much longer five of them take
HOOKS = 19  # links of programs to functions where some functions have three
REAL_TIME = "-rt"
ENOUGH_LINES = 2000
FOOTER = "disable_time_secs"


class Load:
    """Transfers in both directions until stopped."""

    def __init__(self, bed):
        self.ends = [talk.open_pair(bed), talk.open_pair(bed, port=talk.PORT + 1)]
        self.going = True
        self.workers = []
        for number, (client, server) in enumerate(self.ends):
            sender, receiver = (server, client) if number else (client, server)
            self.workers += [talk.Worker(self.send, sender),
                             talk.Worker(talk.read_to_end, receiver)]

    def send(self, sock):
        while self.going:
            sock.sendall(b"l" * 8000)
        sock.shutdown(socket.SHUT_WR)

    def stop(self):
        self.going = False
        for worker in self.workers:
            worker.result()

    def end(self):
        """Stops and closes the connections."""
        self.stop()
        for ends in self.ends:
            for sock in ends:
                sock.close()


def wait_for_programs(before):
    """Waits until the kernel has no program, map or link beyond `before`, an everything()."""
    wait_for(lambda: kernelprogs.everything() <= before, "end of the programs", limit=20)


def time_to_end(tracer):
    """The stopwatch's reading when the tracer has ended, and what a hook's end takes on PREEMPT_RT."""
    watch = Stopwatch()
    tracer.wait()
    reading = watch.read()
    if REAL_TIME in os.uname().release:
        reading["hook_seconds"] = grace_period.seconds()
    return reading


def end_limit(result):
    """The process ends when the kernel has let go of the hooks, one after another. On PREEMPT_RT
    each waits for every task: those of fentry for one grace period of RCU Tasks, a kprobe for a full
    one of RCU Tasks Trace, 0.7 s, which cannot be shared (perf_event_detach_bpf_prog() holds a
    lock)."""
    if REAL_TIME not in result.release:
        return STOP_SECONDS
    return (STOP_SECONDS + HOOKS * result.facts["end"]["hook_seconds"]
            + (result.way != "fentry") * KPROBES_SECONDS)


def in_time(result, waited=0):
    """`waited` is what the program allows a reader that has stopped before it gives it up."""
    seconds, limit = result.measured("end"), end_limit(result) + waited
    return seconds <= limit, f"it ended within {limit:.1f} s", f"{seconds:.2f} s"


class Signalled(Scenario):
    """The log is complete at once, whatever the load. The process itself ends when the kernel has
    let go of the hooks; its grace periods are stretched by a busy emulated machine, so that this
    is measured from the end of the load on."""

    timeout = 120

    def traffic(self, bed):
        load = Load(bed)
        wait_for(lambda: len(bed.tracer.lines()) > ENOUGH_LINES, "lines")
        watch = Stopwatch()
        bed.tracer.signal(self.signal)
        wait_for(lambda: FOOTER in bed.tracer.lines()[-1], "footer")
        bed.note("complete", watch.read())
        load.stop()
        bed.note("end", time_to_end(bed.tracer))

    def judge(self, result):
        yield from common.cut_short(result)
        seconds = result.measured("complete")
        yield (seconds <= STOP_SECONDS, f"the log was complete within {STOP_SECONDS} s",
               f"{seconds:.2f} s")
        yield in_time(result)


@scenario
class Interrupted(Signalled):
    name = "sigint_under_load_completes_the_log"
    preemption = True
    signal = signal.SIGINT


@scenario
class Terminated(Signalled):
    name = "sigterm_under_load_completes_the_log"
    one_kernel = True
    signal = signal.SIGTERM


@scenario
class Counted(Scenario):
    name = "count_ends_the_run_after_that_many_lines"
    one_kernel = True
    timeout = 120
    count = 777
    tracer_args = ("--count", "777")

    def traffic(self, bed):
        load = Load(bed)
        bed.tracer.wait()
        load.stop()

    def judge(self, result):
        yield from common.cut_short(result)
        found = len(siftrlog.parse(result.log_text).run.lines)
        yield found == self.count, f"{self.count} lines", f"{found} lines"


@scenario
class Timed(Scenario):
    name = "duration_ends_the_run_in_time"
    one_kernel = True
    timeout = 120
    seconds = 2
    tracer_args = ("--duration", "2")

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        while bed.tracer.process.poll() is None:
            talk.exchange(client, server, 100, 30000)

    def judge(self, result):
        yield from common.cut_short(result)
        run = siftrlog.parse(result.log_text).run
        start, end = common.run_window(run)
        lasted = (end - start) / 1e6
        held_up = result.held_up(start / 1e6, end / 1e6)
        yield (self.seconds <= lasted <= self.seconds + STOP_SECONDS + held_up,
               f"the run lasted {self.seconds} s", f"{lasted:.3f} s, held up for {held_up:.3f} s")
