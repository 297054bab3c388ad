"""The service is killed: its log is set aside and repaired, and the next start traces without delay."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from bed.scenario import scenario
from bed.service import LOG, REPAIR, Service
from bed.tracer import PROGRAM
from judge import common, log_invariants, siftrlog
from scenarios import stopping
from scenarios.service import Served, talk_for_a_while

SYSTEMD = True

ENOUGH_LINES = 500
LONG_BYTES = 100 << 30


class Killed(Served):
    """SIGKILL under traffic: the log is set aside, and repaired while the next run traces."""

    capture = False
    settings = ()

    def traffic(self, bed):
        service = Service(bed, self.settings)
        service.start()
        # The repair of this start, which after the kill would set the log aside before the next run.
        service.wait_for_repair()
        self.prepare(service)
        pid = service.pid
        load = stopping.Load(bed)
        stopping.wait_for(lambda: len(service.lines()) > ENOUGH_LINES, "lines")
        os.kill(pid, signal.SIGKILL)
        load.stop()
        self.go_on(service)
        stopping.wait_for(lambda: not service.unrepaired(), "repair of the killed run", limit=300)
        talk_for_a_while(bed)
        bed.note("aside", [os.path.basename(path) for path in service.aside()])
        bed.note("stop", service.stop())
        bed.note("files", sorted(os.listdir(os.path.dirname(LOG))))
        done = subprocess.run([PROGRAM, "check", "--ppl", "1", *service.aside(), LOG], text=True,
                              capture_output=True)
        bed.note("check", [done.returncode, done.stdout + done.stderr])
        service.keep()
        bed.save("repair.txt", service.journal(REPAIR))

    def prepare(self, service):
        """Before the kill."""

    def judge(self, result):
        code, stderr = result.facts["check"]
        yield code == 0, "siftr-bpf check finds the logs good", stderr
        aside = result.facts["aside"]
        yield len(aside) == 1, "the killed run's log was set aside", str(result.facts)
        yield result.facts["files"] == ["siftr.log", *aside], "nothing else is left", (
            str(result.facts))
        for name in (*aside, "siftr.log"):
            log = siftrlog.parse(result.text(name))
            yield from common.well_formed(log)
            yield len(log.run.lines) > 0, f"{name} has lines"
            for ok, what, *detail in log_invariants.checks(log.run):
                yield ok, f"{name}: {what}", *detail
        stderr = result.text("repair.txt")
        yield "from the checkpoint of" in stderr, "the repair says so", stderr
        gap = re.search(r"the run before was killed: nothing was traced for ([0-9.]+) s at most",
                        result.stderr_text)
        yield gap is not None and float(gap[1]) > 0, "the journal has the gap", result.stderr_text


@scenario
class KilledAndRestarted(Killed):
    name = "a_killed_service_is_started_again_and_its_log_repaired"

    def prepare(self, service):
        # Where a repair has set the log aside before the next run, that run reports no gap.
        service.systemctl("mask", "--runtime", REPAIR)

    def go_on(self, service):
        service.wait_for(NRestarts="1", ActiveState="active")
        service.systemctl("unmask", "--runtime", REPAIR)
        service.systemctl("start", REPAIR)


@scenario
class PowerFailure(Killed):
    """Nothing runs between the kill and the next start, which finds the checkpoint."""

    name = "a_start_repairs_what_a_power_failure_left"
    settings = ("Restart=no",)

    def prepare(self, service):
        service.systemctl("mask", "--runtime", REPAIR)

    def go_on(self, service):
        service.wait_for(ActiveState="failed")
        service.systemctl("unmask", "--runtime", REPAIR)
        service.start()


@scenario
class KilledForGood(Served):
    """The log is repaired although no further run starts."""

    name = "a_service_that_is_not_started_again_leaves_a_repaired_log"
    capture = False

    def traffic(self, bed):
        service = Service(bed, ["Restart=no"])
        service.start()
        pid = service.pid
        load = stopping.Load(bed)
        stopping.wait_for(lambda: len(service.lines()) > ENOUGH_LINES, "lines")
        os.kill(pid, signal.SIGKILL)
        load.stop()
        service.wait_for(ActiveState="failed")
        stopping.wait_for(lambda: service.aside() and not service.unrepaired(), "repair", limit=300)
        done = subprocess.run([PROGRAM, "check", *service.aside()], text=True, capture_output=True)
        bed.note("check", [done.returncode, done.stdout + done.stderr])
        bed.save("repair.txt", service.journal(REPAIR))

    def judge(self, result):
        code, stderr = result.facts["check"]
        yield code == 0, "siftr-bpf check finds the log good", stderr
        yield "from the checkpoint of" in result.text("repair.txt"), "the repair says so"


@scenario
class LongLog(Served):
    """The part of the log that is read before tracing does not grow with the log."""

    name = "a_start_after_a_kill_does_not_read_a_long_log"
    capture = False

    def traffic(self, bed):
        service = Service(bed, ["Restart=no"])
        service.systemctl("mask", "--runtime", REPAIR)
        service.start()
        talk_for_a_while(bed)
        os.kill(service.pid, signal.SIGKILL)
        service.wait_for(ActiveState="failed")
        os.truncate(LOG, LONG_BYTES)
        service.systemctl("unmask", "--runtime", REPAIR)
        began = time.monotonic()
        bed.note("start", service.start())
        bed.note("seconds", time.monotonic() - began)
        reads = Path(f"/proc/{service.pid}/io").read_text()
        bed.note("read", int(re.search(r"rchar: (\d+)", reads)[1]))
        stopping.wait_for(lambda: service.show("ExecMainStartTimestampMonotonic", unit=REPAIR)
                          ["ExecMainStartTimestampMonotonic"] != "0", "start of the repair")
        bed.note("order", [service.show("ActiveEnterTimestampMonotonic"),
                           service.show("ExecMainStartTimestampMonotonic", unit=REPAIR)])
        service.systemctl("stop", REPAIR)
        talk_for_a_while(bed)
        bed.note("stop", service.stop())
        for path in service.aside():
            bed.note("aside", os.stat(path).st_size)
            os.unlink(path)
        service.keep()

    def judge(self, result):
        facts = result.facts
        yield facts["start"] == 0, "it starts", result.stderr_text
        ready, repair = ([int(value) for value in shown.values()][0] for shown in facts["order"])
        yield 0 < ready <= repair, "the repair begins when it is ready", str(facts["order"])
        yield facts["read"] < LONG_BYTES // 100, "the log was not read", str(facts["read"])
        yield facts.get("aside") == LONG_BYTES, "nor cut", str(facts)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield len(log.run.lines) > 0, "the next run has lines"
        yield from log_invariants.checks(log.run)
        yield True, f"figures: {LONG_BYTES >> 30} GiB, ready after {facts['seconds']:.1f} s"
