# SPDX-License-Identifier: BSD-2-Clause
"""Runs in a guest whose clock counts instructions: what the tracer costs, as raw numbers in JSON.

A program's cost comes from the kernel's statistics (run_time_ns / run_cnt) over traffic in which
every event goes one way, less what they say of an empty program on the same function. The system's
cost is the time in which the CPU was not idle, with a tracer and without, statistics off."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from statistics import median

from outcomes import FIELDS, OUTCOMES

LOG = "/run/siftr.log"
HOOKS = {"rcv_established": "none_establish", "rcv_state_process": "none_state_proc",
         "transmit_skb": "none_transmit"}
QUIET_SECONDS = 3  # after starting anything: what the kernel puts off is over by then
PROGRAM_ROUNDS = 5
LOOKS = 3
PAIRS = 500
LOAD_PAIRS = 5000
BULK_CHUNKS = 256
SETTLE_MS = 1500
IDLE_MS = 20000
LONE = 9

class Traffic:
    """The traffic program, connected and waiting to run."""
    def __init__(self, *args):
        self.process = subprocess.Popen(["/bench/traffic", *map(str, args)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "ready\n"

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Tracer:
    def __init__(self, *args):
        if os.path.exists(LOG):
            os.unlink(LOG)
        self.process = subprocess.Popen(["siftr-bpf", "-q", "-o", LOG, *args])
        while not (os.path.exists(LOG) and os.path.getsize(LOG)):
            assert self.process.poll() is None, "the tracer ended"
            time.sleep(0.05)
        time.sleep(QUIET_SECONDS)

    def wakeups(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status
                        if line.startswith("voluntary_ctxt_switches"))

    def close(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait() == 0


class EmptyPrograms:
    def __init__(self):
        self.process = subprocess.Popen(["/bench/empty"], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "ready\n"

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def lines():
    with open(LOG, "rb") as log:
        return log.read().count(b"\n") - 1


def statistics(on):
    with open("/proc/sys/kernel/bpf_stats_enabled", "w") as switch:
        switch.write("1" if on else "0")


# The end of the name of a program behind a hook's first one, as far as it is not cut, and the first one.
BEHIND = {"est": "rcv_established", "sta": "rcv_state_process", "tra": "transmit_skb"}


def run_times():
    """{program: [(ns, runs) of each with that name]}"""
    listing = subprocess.run(["bpftool", "-j", "prog", "show"], check=True, capture_output=True)
    times = {}
    # The name of a hook's first program ends in "_marked" if it leaves marks. It may be cut after
    # 15 characters, as in "transmit_skb_ma", so all from "_ma" on is removed. Where a hook may get a
    # second program while tracing, both are loaded.
    for program in json.loads(listing.stdout):
        name = program.get("name", "").partition("_ma")[0]
        if behind := re.match("(?:second|third|fourth)_(est|sta|tra)", name):
            name = BEHIND[behind[1]]
        times.setdefault(name, []).append((program.get("run_time_ns", 0), program.get("run_cnt", 0)))
    return times


def cost_of_one_run(mode, version):
    """{program: (ns for each event, their number)} over one run of the traffic. An event runs
    all the programs that a hook has."""
    traffic = Traffic(mode, version, PAIRS, 0)
    before = run_times()
    traffic.run()
    after = run_times()
    traffic.close()
    costs = {}
    for name, programs in after.items():
        old = before.get(name, [(0, 0)] * len(programs))
        ns = sum(now[0] - then[0] for now, then in zip(programs, old))
        events = max(now[1] - then[1] for now, then in zip(programs, old))
        if events > 0:
            costs[name] = (ns / events, events)
    return costs


def cost_of_programs(mode, version):
    """{program: (ns for each of its runs, in sorted order of some runs of the traffic; their number)}
    The median counts: on a real-time kernel a program can be preempted, and what ran instead is
    then counted as its own."""
    costs = [cost_of_one_run(mode, version) for _ in range(PROGRAM_ROUNDS)]
    return {name: (sorted(one[name][0] for one in costs if name in one), runs)
            for name, (_, runs) in costs[0].items()}


def empty_costs(outcomes):
    programs = EmptyPrograms()
    kinds = sorted({(mode, version) for mode, version, _ in outcomes.values()})
    costs = {kind: cost_of_programs(*kind) for kind in kinds}
    programs.close()
    return costs


def net_costs(costs, empty):
    """Less the median of what an empty program on the same function costs."""
    return {hook: [[cost - median(empty[none][0]) for cost in costs[hook][0]], costs[hook][1]]
            for hook, none in HOOKS.items() if hook in costs}


def program_costs(only):
    """{outcome: {hook: [[net instructions, sorted, of some runs of the traffic], events]}}"""
    statistics(True)
    outcomes = {name: how for name, how in OUTCOMES.items() if re.search(only, name)}
    empty = empty_costs(outcomes)
    result = {}
    for outcome, (mode, version, args) in outcomes.items():
        tracer = Tracer(*args)
        costs = cost_of_programs(mode, version)
        tracer.close()
        result[outcome] = net_costs(costs, empty[mode, version])
    statistics(False)
    return {"empty": {f"{mode}, IPv{version}": cost for (mode, version), cost in empty.items()},
            "net": result}


def record_bytes():
    """{outcome: bytes of a record in a ring}"""
    found = {}
    for outcome, args in {"logged, IPv4": (), **FIELDS}.items():
        done = subprocess.run(["siftr-bpf", "-v", "--duration", "0.1", *args], text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        found[outcome] = int(re.search(r"records of (\d+) bytes", done.stderr)[1])
    return found


def visit(*args):
    traffic = Traffic(*args)
    result = traffic.run()
    traffic.close()
    return result


WORKLOADS = {
    "pairs": ("pairs", 4, PAIRS, SETTLE_MS),
    "pairs, IPv6": ("pairs", 6, PAIRS, SETTLE_MS),
    "bulk": ("bulk", 4, BULK_CHUNKS, SETTLE_MS),
    "idle": ("idle", 4, 0, IDLE_MS),
}


def watched(tracer, args):
    """One workload, and the lines and wake-ups of the tracer meanwhile."""
    before = (lines(), tracer.wakeups()) if tracer else (0, 0)
    result = visit(*args)
    after = (lines(), tracer.wakeups()) if tracer else (0, 0)
    return {**result, "lines": after[0] - before[0], "wakeups": after[1] - before[1]}


def system_round(tracer_args):
    """One look at every workload, with a tracer unless `tracer_args` is None. Of a few runs the
    cheapest counts: what the kernel does for itself now and then only adds, millions at a time."""
    tracer = None if tracer_args is None else Tracer(*tracer_args)
    time.sleep(QUIET_SECONDS)
    result = {name: min((watched(tracer, args) for _ in range(LOOKS)),
                        key=lambda one: one["busy_ns"])
              for name, args in WORKLOADS.items()}
    if tracer:
        tracer.close()
    return result


def system_costs(rounds):
    """[{tracer: {workload: {...}}}], one entry a round."""
    tracers = {"off": None, "ppl 1": (), "ppl 100": ("--ppl", "100")}
    return [{name: system_round(args) for name, args in tracers.items()} for _ in range(rounds)]


def wakeups_under_load():
    tracer = Tracer()
    traffic = Traffic("pairs", 4, LOAD_PAIRS, 0)
    before = (lines(), tracer.wakeups())
    result = traffic.run()
    wakeups = tracer.wakeups() - before[1]
    time.sleep(0.5)
    result.update(wakeups=wakeups, lines=lines() - before[0])
    traffic.close()
    tracer.close()
    return result


def lone_delays():
    tracer = Tracer()
    result = visit("lone", LOG, LONE)["delays_ns"]
    tracer.close()
    return result


def main():
    rounds, only = int(sys.argv[1]), sys.argv[2]
    results = {"release": os.uname().release, "programs": program_costs(only)}
    if rounds:
        results.update(record_bytes=record_bytes(), system=system_costs(rounds),
                       load=wakeups_under_load(), lone=lone_delays())
    with open("/results/measured.json", "w") as out:
        json.dump(results, out)


if __name__ == "__main__":
    main()
