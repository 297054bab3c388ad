"""Runs one scenario in a process of the guest, from an empty pair of namespaces to the files that the
judge reads."""

import contextlib
import faulthandler
import json
import os
import signal
import time
import traceback

from bed import kprobes, link
from bed.bed import Bed
from bed.waiting import PATIENCE


class TimedOut(BaseException):
    """traffic() took too long. No Exception: a scenario that catches those must not catch this."""


def play(scenario, directory):
    """Run the scenario; result.json and the other results are in `directory` afterwards."""
    started, missed = time.monotonic(), kprobes.missed()
    outcome = {"name": scenario.name, "error": None, "quiet": None, "captured": {}, "dropped": {},
               "release": os.uname().release, "force": os.environ.get("SIFTR_BPF_FORCE"),
               "way": kprobes.way()}
    bed = None
    try:
        link.build()
        bed = Bed(directory)
        _perform(scenario, bed, outcome)
    except (Exception, TimedOut):
        outcome["error"] = traceback.format_exc()
    outcome["ok"] = outcome["error"] is None
    outcome["facts"] = bed.facts if bed else {}
    outcome["kprobes_missed"] = {function: count - missed[function]
                                 for function, count in kprobes.missed().items()}
    outcome["seconds"] = round(time.monotonic() - started, 2)
    with open(f"{directory}/result.json", "w") as opened:
        json.dump(outcome, opened, indent=1)


def _perform(scenario, bed, outcome):
    """The order matters: the tracer and then the captures start before the first packet; at the end all
    sockets are closed and silent before the captures stop, and the tracer stops last."""
    with contextlib.ExitStack() as stack:
        stack.callback(_stop_tracers, bed)
        if scenario.tracer == "auto":
            bed.start_tracer(scenario.tracer_args)
        stack.callback(_stop_captures, bed, outcome)
        if scenario.capture:
            bed.start_captures()
        bed.save_counters("before")
        stack.callback(_quiet, bed, outcome)
        with _limited(scenario.timeout * PATIENCE, bed.dir):
            scenario.traffic(bed)


def _quiet(bed, outcome):
    for host in bed.hosts:
        host.kill_processes()
        host.close_sockets()
    outcome["quiet"] = bed.settle()
    bed.save_counters("after")


def _stop_captures(bed, outcome):
    for name, capture in bed.captures.items():
        outcome["captured"][name], outcome["dropped"][name] = capture.stop()
    if any(outcome["dropped"].values()):
        raise RuntimeError(f"tcpdump dropped packets: {outcome['dropped']}")


def _stop_tracers(bed):
    try:
        for tracer in bed.tracers:
            tracer.stop()
    finally:
        if bed.tracers:
            bed.save("tracer.exit", f"{bed.tracers[0].exit}\n")


@contextlib.contextmanager
def _limited(seconds, directory):
    """Raise TimedOut in the block after `seconds`, with the stacks of all threads saved."""
    def expire(number, frame):
        with open(f"{directory}/stacks.txt", "w") as opened:
            faulthandler.dump_traceback(opened, all_threads=True)
        raise TimedOut(f"traffic() was still running after {seconds} s")

    signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
