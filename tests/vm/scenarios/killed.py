"""Runs killed at any moment and under any load: repair gives the log a correct footer."""

import os
import random
import signal
import time
from collections import Counter

from bed import kernelprogs, waiting
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from judge import repaired_log
from scenarios import stopping, talk

ONE_KERNEL = True

CHECKPOINT = ".checkpoint"
# The kernel keeps 15 characters of a program's name. Where others are behind it, the first program of a
# hook has another name.
HOOKS = {name[:15]: hook for hook in ("rcv_established", "rcv_state_process", "transmit_skb")
         for name in (hook, f"{hook}_marked")}


def suppressed(held):
    """{hook: runs that the kernel suppressed} of the programs that were `held`, the most that a hook can
    have missed: it may have got a second program, which dealt with some of them."""
    found = Counter()
    for name, runs in held.missed().items():
        if name in HOOKS:
            found[HOOKS[name]] += runs
    return dict(found)


def kill(tracer, before):
    """Sends SIGKILL. Returns when, which runs of hooks the kernel had suppressed, and after how many
    seconds everything was gone that was not there `before`."""
    held = kernelprogs.Held(before)
    moment = time.time()
    tracer.signal(signal.SIGKILL)
    tracer.wait()
    missed = suppressed(held)
    started = time.monotonic()
    stopping.wait_for_programs(before)
    return {"moment": moment, "missed": missed, "gone": round(time.monotonic() - started, 2)}


def keep_up(bed):
    """Waits until log and checkpoints have not changed for longer than the age of a checkpoint."""
    def contents():
        return [hash((bed.dir / name).read_bytes()) for name in (*checkpoints(bed), "siftr.log")]

    if not waiting.comes_to_rest(contents, 0.2, 60):
        raise RuntimeError("the log never came to rest")


def checkpoints(bed):
    return sorted(name for name in os.listdir(bed.dir) if name.endswith(CHECKPOINT))


def repair(bed, name, log):
    """Repairs twice and notes the output and effect of both as `name`."""
    kept = checkpoints(bed)
    before = os.path.getsize(bed.dir / log)
    repairs = []
    for _ in range(2):
        done = bed.a.run([PROGRAM, "repair", log], cwd=bed.dir)
        repairs.append({"code": done.returncode, "out": done.stdout, "err": done.stderr,
                        "text": hash((bed.dir / log).read_bytes()), "left": checkpoints(bed)})
    checked = bed.a.run([PROGRAM, "check", log], cwd=bed.dir)
    bed.note(name, {"log": log, "kept": kept, "before": before, "repairs": repairs,
                    "check": checked.returncode, "verdict": checked.stdout + checked.stderr})


class Killed(Scenario):
    """Runs killed at random moments, one after another; each has its own log."""

    timeout = 400
    tracer = None
    rounds = 3
    options = ()

    def traffic(self, bed):
        before = kernelprogs.everything()
        for number in range(self.rounds):
            log = f"killed-{number}.log"
            tracer = bed.start_tracer(self.options, log=log)
            load = stopping.Load(bed)
            time.sleep(random.uniform(0.0, 1.5))
            bed.note(f"kill-{number}", kill(tracer, before))
            load.stop()
            repair(bed, f"round-{number}", log)

    def judge(self, result):
        for number in range(self.rounds):
            yield from self.judge_round(result, result.facts[f"round-{number}"],
                                        result.facts[f"kill-{number}"])


@scenario
class KilledUnderLoad(Killed):
    name = "a_run_killed_under_load_is_repaired"

    def judge_round(self, result, fact, end):
        yield from repaired_log.under_load(result, fact, end["moment"], end["missed"])


@scenario
class KilledSampling(Killed):
    name = "a_run_killed_while_sampling_is_repaired"
    thorough = True
    rounds = 3
    options = ("--ppl", "50")

    def judge_round(self, result, fact, end):
        yield from repaired_log.sampling(result, fact, end["moment"], 50)


@scenario
class KilledRotating(Scenario):
    """Every file has 64 KiB, so that some of the kills hit a rotation."""

    name = "a_run_killed_while_it_rotates_leaves_every_file_complete"
    thorough = True
    timeout = 200
    tracer = None
    rounds = 4
    options = ("--max-size", "64K", "--rotate", "1000")

    def traffic(self, bed):
        before = kernelprogs.everything()
        for number in range(self.rounds):
            tracer = bed.start_tracer(self.options, log=f"killed-{number}.log")
            load = stopping.Load(bed)
            time.sleep(random.uniform(0.0, 1.5))
            kill(tracer, before)
            load.stop()
            files = sorted(name for name in os.listdir(bed.dir)
                           if name.startswith(f"killed-{number}.log")
                           and not name.endswith(CHECKPOINT))
            done = bed.a.run([PROGRAM, "repair", *files], cwd=bed.dir)
            bed.note(f"empty-{number}", any(not os.path.getsize(bed.dir / name) for name in files))
            files = [name for name in files if os.path.getsize(bed.dir / name)]
            checked = bed.a.run([PROGRAM, "check", "--ppl", "1", *files], cwd=bed.dir)
            bed.note(f"round-{number}", {
                "files": len(files), "code": done.returncode, "output": done.stdout + done.stderr,
                "check": checked.returncode, "verdict": checked.stdout[-400:] + checked.stderr,
                "left": checkpoints(bed)})

    def judge(self, result):
        for number in range(self.rounds):
            fact = result.facts[f"round-{number}"]
            empty = result.facts[f"empty-{number}"]
            yield fact["code"] == int(empty), f"repair ends with {int(empty)}", fact["output"]
            # A file gets its checkpoint right after its header, which follows the last file's footer.
            begun = "footer written: 0 lines, 0 flows, from the lines alone" in fact["output"]
            between = empty and fact["output"].count("nothing to repair") == fact["files"]
            written = (fact["output"].count("from the checkpoint of") +
                       fact["output"].count("footer completed"))
            yield (written in (1, 2) or begun or between,
                   "a footer was written from a checkpoint", fact["output"])
            yield fact["check"] == 0, f"all {fact['files']} files are good", fact["verdict"]
            yield not fact["left"], "no checkpoint is left", f"{fact['left']}"


class KilledAtRest(Scenario):
    """Killed when the last packet is older than the checkpoint, so that all counts are known."""

    timeout = 120
    tracer = None
    ppl = 1

    def traffic(self, bed):
        before = kernelprogs.everything()
        tracer = bed.start_tracer(("--ppl", self.ppl))
        self.converse(bed)
        bed.settle()
        keep_up(bed)
        bed.note("kill", kill(tracer, before))
        repair(bed, "repair", "siftr.log")

    @staticmethod
    def converse(bed):
        for host in bed.hosts:
            host.sysctl("net.ipv4.tcp_slow_start_after_idle", 0)
        for number in (7, 12, 33):
            client, server = talk.open_pair(bed, port=talk.PORT + number)
            for _ in range(number):
                talk.exchange(client, server, 100, 1000)
            talk.close_in_order(client, server)

    def judge(self, result):
        yield from repaired_log.at_rest(result, self.ppl)


@scenario
class RestingWhole(KilledAtRest):
    name = "a_run_killed_at_rest_has_the_footer_it_would_have_written"


@scenario
class RestingSampled(KilledAtRest):
    name = "a_run_killed_at_rest_counts_what_ppl_held_back"
    ppl = 10


@scenario
class RestingNeverLogged(KilledAtRest):
    name = "a_run_killed_before_its_first_line_lists_every_flow"
    ppl = 1000


@scenario
class RestingRefused(KilledAtRest):
    """No record wakes the program: the packets without records have to."""

    name = "a_run_killed_at_rest_counts_connections_that_never_were"
    attempts = 9

    def converse(self, bed):
        time.sleep(0.5)
        for number in range(self.attempts):
            try:
                bed.a.connect(bed.b.addr4, talk.PORT + number)
            except ConnectionRefusedError:
                continue
            raise RuntimeError("somebody listens")

    def judge(self, result):
        yield from repaired_log.refused(result, self.attempts)


@scenario
class KilledAmongOthers(Scenario):
    """A killed run, a complete one and another killed run in one log."""

    name = "killed_runs_among_others_are_repaired_in_place"
    timeout = 120
    tracer = None
    ends = (signal.SIGKILL, signal.SIGINT, signal.SIGKILL)

    def traffic(self, bed):
        before, missed = kernelprogs.everything(), []
        for end in self.ends:
            tracer = bed.start_tracer(ready=False)
            runs = len(bed.tracers)
            stopping.wait_for(lambda: self.headers(bed) == runs, "header", limit=40)
            client, server = talk.open_pair(bed)
            talk.exchange(client, server)
            talk.close_in_order(client, server)
            bed.settle()
            keep_up(bed)
            if end == signal.SIGKILL:
                missed.append(kill(tracer, before)["missed"])
            else:
                held = kernelprogs.Held(before)
                tracer.stop()
                missed.append(suppressed(held))
        repair(bed, "repair", "siftr.log")
        bed.note("missed", missed)

    @staticmethod
    def headers(bed):
        return sum(line.startswith("enable_time") for line in bed.tracer.lines())

    def judge(self, result):
        yield from repaired_log.among_others(result, self.ends.count(signal.SIGKILL),
                                             len(self.ends))


@scenario
class KilledWhileStarting(Scenario):
    """Killed at any moment after exec: there may be no log, an empty log, or a header."""

    name = "a_run_killed_while_it_starts_leaves_nothing_that_cannot_be_repaired"
    timeout = 200
    tracer = None
    rounds = 10

    def traffic(self, bed):
        before = kernelprogs.everything()
        for number in range(self.rounds):
            log = f"killed-{number}.log"
            tracer = bed.start_tracer(log=log, ready=False)
            time.sleep(random.uniform(0.0, 1.5))
            kill(tracer, before)
            bed.note(f"left-{number}", os.path.exists(bed.dir / log))
            if os.path.exists(bed.dir / log):
                repair(bed, f"round-{number}", log)

    def judge(self, result):
        for number in range(self.rounds):
            if result.facts[f"left-{number}"]:
                yield from repaired_log.while_starting(result, result.facts[f"round-{number}"])
        left = sum(result.facts[f"left-{number}"] for number in range(self.rounds))
        yield True, f"figures: {left} of {self.rounds} had a log"
