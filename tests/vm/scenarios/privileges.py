"""What a tracer started by root keeps of root's power: nothing, on every kernel."""

import os
import time

from bed.scenario import Scenario, scenario
from bed.service import privileges
from judge import common
from scenarios.service import NO_CAPABILITY, gave_all_up, talk_for_a_while

NOBODY = 65534
UNTOLD = "does not tell whether it suppressed runs"
TELLING = (5, 12)  # the first kernel that counts suppressed runs


def once_confined(tracer, limit=10):
    """Its status once the filter, the last step, is there."""
    deadline = time.monotonic() + limit
    while (status := privileges(tracer.pid))["Seccomp"] != "2":
        if time.monotonic() > deadline:
            raise TimeoutError(f"no filter within {limit} s: {status}")
        time.sleep(0.01)
    return status


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
        yield from common.whole(result)


@scenario
class InAnothersDirectory(Scenario):
    name = "root_becomes_the_owner_of_the_logs_directory"
    tracer = None

    def traffic(self, bed):
        bed.note("release", os.uname().release)
        bed.note("forced", os.environ.get("SIFTR_BPF_FORCE"))
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
        release = tuple(int(part) for part in result.facts["release"].split(".")[:2])
        if release >= TELLING and result.facts["forced"] != "kprobe":
            yield (UNTOLD not in result.books_text,
                   "suppressed runs are still known where the kernel counts them",
                   result.books_text)
        yield from common.whole(result)
