"""A tracer started by root keeps none of root's privileges."""

import ctypes
import os
import signal

from bed.scenario import Scenario, scenario
from bed.service import privileges
from bed.tracer import PROGRAM, Tracer
from bed.waiting import wait_for
from judge import common
from scenarios import stopping
from scenarios.service import NO_CAPABILITY, gave_all_up, talk_for_a_while

ONE_KERNEL = True

NOBODY = 65534
NO_MISS_COUNTS = "does not count suppressed runs"
TELLING = (5, 12)  # the first kernel that counts suppressed runs


def once_confined(tracer, limit=10):
    """/proc/PID/status once the seccomp filter, the last step, is installed."""
    wait_for(lambda: privileges(tracer.pid)["Seccomp"] == "2", "filter", limit)
    return privileges(tracer.pid)


@scenario
class ByHand(Scenario):
    name = "root_keeps_no_capability_while_tracing"

    def traffic(self, bed):
        bed.note("privileges", once_confined(bed.tracer))
        talk_for_a_while(bed)

    def judge(self, result):
        status = result.facts["privileges"]
        yield from gave_all_up(status)
        yield status["CapBnd"] == NO_CAPABILITY, "the bounding set is empty", status["CapBnd"]
        yield set(status["Uid"].split()) == {"0"}, "the log's directory is root's, so is the process"
        yield from common.complete_run(result)


@scenario
class InAnothersDirectory(Scenario):
    name = "root_becomes_the_owner_of_the_logs_directory"
    tracer = None

    def traffic(self, bed):
        theirs = bed.dir / "theirs"
        theirs.mkdir()
        os.chown(theirs, NOBODY, NOBODY)
        tracer = bed.start_tracer(log="theirs/siftr.log")
        bed.note("privileges", once_confined(tracer))
        talk_for_a_while(bed)
        tracer.stop()
        bed.save("siftr.log", (theirs / "siftr.log").read_bytes())
        bed.note("left", sorted(path.name for path in theirs.iterdir()))

    def judge(self, result):
        status = result.facts["privileges"]
        yield from gave_all_up(status)
        for identity in ("Uid", "Gid"):
            yield set(status[identity].split()) == {str(NOBODY)}, f"{identity} is theirs", str(status)
        yield result.facts["left"] == ["siftr.log"], "no other file is left", str(result.facts)
        if result.kernel >= TELLING and result.way != "kprobe":
            yield (NO_MISS_COUNTS not in result.stderr_text,
                   "suppressed runs are still known where the kernel counts them",
                   result.stderr_text)
        yield from common.complete_run(result)


@scenario
class Landlocked(Scenario):
    """tests/unit/test_sandbox.c tests what landlock forbids; this tests that the kernel is asked."""

    name = "a_process_that_stays_root_is_confined_to_the_logs_directory"
    tracer = None
    capture = False

    def traffic(self, bed):
        trace = bed.dir / "strace.txt"
        argv = ["strace", "-D", "-f", "-qq", "-o", trace, "-e", "trace=landlock_restrict_self",
                PROGRAM, "-o", bed.dir / "siftr.log"]
        tracer = Tracer(list(map(str, argv)), None, bed.dir / "tracer.stderr",
                        bed.dir / "siftr.log", bed.dir)
        once_confined(tracer, limit=60)
        # landlock_create_ruleset(2), asked for the version it offers
        bed.note("offered", ctypes.CDLL(None).syscall(444, None, 0, 1))
        log = bed.dir / "siftr.log"
        log.rename(bed.dir / "siftr.log.1")
        tracer.signal(signal.SIGHUP)
        stopping.wait_for(lambda: log.exists() and log.stat().st_size, "next file")
        bed.note("exit", tracer.stop())
        bed.note("trace", trace.read_text())

    def judge(self, result):
        facts = result.facts
        confined = facts["trace"].count("= 0")
        yield (confined == (1 if facts["offered"] > 0 else 0),
               "confined where the kernel offers it", str(facts))
        yield facts["exit"] == 0, "it still begins the next file, and ends well", str(facts)
