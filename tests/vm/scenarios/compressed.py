"""A compressed log beside one that is not: the same packets, through a rotation and after a kill."""

import os
import signal
import subprocess
import time

from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from judge import common, siftrlog
from scenarios import formats, stopping, talk

ONE_KERNEL = True

OPTIONS = ["--compress", "zstd"]


def run(bed, *arguments):
    done = subprocess.run([PROGRAM, *arguments], cwd=bed.dir, text=True, capture_output=True)
    bed.note(" ".join(arguments), [done.returncode, done.stdout, done.stderr[-2000:]])


def packets(rows):
    """What two runs log alike: the time and the flow's id are each run's own, and so is the order of two
    packets at the same moment on two processors."""
    return sorted(formats.without(row, 1, 25) for row in rows)


@scenario
class Compressed(Scenario):
    name = "a_compressed_log_has_the_same_packets"

    def traffic(self, bed):
        first = bed.tracer
        packed = bed.start_tracer(OPTIONS, log="log.zst")
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        bed.settle()
        os.rename(bed.dir / "log.zst", bed.dir / "log.1.zst")
        packed.signal(signal.SIGHUP)
        packed.size_before = 0
        stopping.wait_for(packed.has_header, "the next file")
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        packed.stop()
        bed.tracer = first
        for name in ("log.1.zst", "log.zst"):
            run(bed, "check", "--ppl", "1", name)
            run(bed, "convert", "--to", "siftr", "-o", name + ".log", name)

    def judge(self, result):
        yield from common.ran_well(result)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        rows = []
        for name in ("log.1.zst", "log.zst"):
            code, verdict, stderr = result.facts[f"check --ppl 1 {name}"]
            yield (code == 0 and "zstd: 1 run," in verdict, "check finds the file good", verdict + stderr)
            rows += formats.rows(result.text(name + ".log"))
        got, wanted = packets(rows), packets(formats.rows(result.log_text))
        yield (len(wanted) > 5, "packets were logged", f"{len(wanted)} lines")
        yield (got == wanted, "the same packets", str(formats.differences(got, wanted)))


@scenario
class Killed(Scenario):
    name = "a_killed_compressed_log_loses_a_second_and_goes_on"

    def traffic(self, bed):
        first = bed.tracer
        packed = bed.start_tracer(OPTIONS, log="log.zst")
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        # Longer than lines wait for their frame.
        time.sleep(1.5)
        packed.signal(signal.SIGKILL)
        packed.wait()
        run(bed, "check", "log.zst")
        run(bed, "repair", "-o", "repaired.zst", "log.zst")
        run(bed, "check", "repaired.zst")
        before = (bed.dir / "log.zst").read_bytes()
        packed = bed.start_tracer(OPTIONS, log="log.zst")
        talk.close_in_order(client, server)
        bed.settle()
        packed.stop()
        bed.tracer = first
        bed.note("kept", (bed.dir / "log.zst").read_bytes().startswith(before))
        run(bed, "convert", "--to", "siftr", "-o", "log", "log.zst")

    def judge(self, result):
        yield from common.ran_well(result)
        code, verdict, stderr = result.facts["check log.zst"]
        yield (code == 1 and "1 defect" in verdict and "no footer" in stderr, "only the footer is missing",
               verdict + stderr)
        yield ("and no seek table" in stderr, "the missing seek table is said", stderr)
        code, written, stderr = result.facts["repair -o repaired.zst log.zst"]
        yield (code == 1 and "seek table of " in written, "repair writes it, and not the footer", written + stderr)
        code, verdict, stderr = result.facts["check repaired.zst"]
        yield (code == 1 and "1 defect" in verdict and "seek table" not in stderr, "check finds it good",
               verdict + stderr)
        yield (result.facts["kept"], "the next run appends", "")
        got, wanted = packets(formats.rows(result.text("log"))), packets(formats.rows(result.log_text))
        yield (len(wanted) > 5 and got == wanted, "the same packets", str(formats.differences(got, wanted)))
