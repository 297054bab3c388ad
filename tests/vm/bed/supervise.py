"""Runs scenarios one after another, each in a child process and a cgroup. One that hangs or crashes is
recorded, all its processes are ended, and the next finds the guest in its first state."""

import faulthandler
import json
import os
import shutil
import signal
import time

from bed import link, scenario, stage
from bed.waiting import PATIENCE

RESULTS = "/run/results"
CGROUP = "/sys/fs/cgroup/scenario"
GRACE_SECONDS = 120  # for setting up, settling and stopping, beyond the scenario's own time


def perform(names, parcel):
    """Run the named scenarios and send the results of each. Returns 0: failures are in the results."""
    known, _ = scenario.load("/vm/scenarios")
    by_name = {one.name: one for one in known}
    os.makedirs(CGROUP)
    for name in names:
        directory = f"{RESULTS}/{name}"
        os.makedirs(directory)
        outcome = _supervised(by_name[name], directory)
        _clean()
        parcel.add(directory, f"scenarios/{name}")
        shutil.rmtree(directory)
        word = "ok" if outcome["ok"] else "FAILED"
        print(f"bed: {name}: {word}, {outcome['seconds']} s", flush=True)
    return 0


def _supervised(one, directory):
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _child(one, directory)
    limit = (one.timeout + GRACE_SECONDS) * PATIENCE
    status = _wait(child, limit)
    if status is None:
        os.kill(child, signal.SIGUSR1)
        time.sleep(0.5)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return _outcome(one, directory, status, limit, time.monotonic() - started)


def _child(one, directory):
    """Never returns. What the scenario prints is kept with its results."""
    try:
        with open(f"{CGROUP}/cgroup.procs", "w") as procs:
            procs.write(str(os.getpid()))
        output = open(f"{directory}/output.txt", "w", buffering=1)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        faulthandler.register(signal.SIGUSR1, open(f"{directory}/stacks.txt", "w"))
        stage.play(one, directory)
    finally:
        os._exit(0)


def _wait(child, limit):
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.02)
    return None


def _outcome(one, directory, status, limit, seconds):
    """The child's result.json, or one written on its behalf."""
    path = f"{directory}/result.json"
    if os.path.exists(path):
        with open(path) as opened:
            return json.load(opened)
    how = f"was killed after {limit} s" if status is None else f"ended with status {status:#x}"
    outcome = {"name": one.name, "ok": False, "facts": {}, "seconds": round(seconds, 2),
               "quiet": None, "captured": {}, "dropped": {},
               "error": f"the scenario's process {how}; see stacks.txt and output.txt"}
    with open(path, "w") as opened:
        json.dump(outcome, opened, indent=1)
    return outcome


def _clean():
    """End every process of the scenario, then remove its network."""
    deadline = time.monotonic() + 10 * PATIENCE
    while time.monotonic() < deadline:
        with open(f"{CGROUP}/cgroup.procs") as procs:
            pids = [int(pid) for pid in procs.read().split()]
        if not pids:
            break
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        _reap()
        time.sleep(0.02)
    link.tear_down()


def _reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
