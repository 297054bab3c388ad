"""The service on a kernel that is locked down, as Secure Boot does. There is no way back, so these
come after everything else that needs this guest."""

import os
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.service import Service
from judge import common
from scenarios.service import NO_TRACING, talk_for_a_while

SYSTEMD = True
LOCKDOWN = "/sys/kernel/security/lockdown"


class LockedDown(Scenario):
    tracer = None
    timeout = 120

    def traffic(self, bed):
        bed.note("release", os.uname().release)
        Path(LOCKDOWN).write_text(self.mode)
        bed.note("mode", Path(LOCKDOWN).read_text())
        service = Service(bed)
        bed.note("start", service.start())
        if bed.facts["start"] == 0:
            talk_for_a_while(bed)
            service.stop()
        bed.note("shown", service.show("ExecMainStatus"))
        service.keep()

    def locked(self, result):
        yield f"[{self.mode}]" in result.facts["mode"], "the kernel is locked", result.facts["mode"]


@scenario
class Integrity(LockedDown):
    name = "lockdown_for_integrity_does_not_matter"
    mode = "integrity"

    def judge(self, result):
        yield from self.locked(result)
        yield result.facts["start"] == 0, "it starts", result.stderr_text
        yield from common.complete_run(result)


@scenario
class Confidentiality(LockedDown):
    name = "lockdown_for_confidentiality_is_named_where_it_matters"
    mode = "confidentiality"
    may_fall = "Operation not permitted"  # of kprobes

    def judge(self, result):
        yield from self.locked(result)
        if result.facts["start"] == 0:
            yield from common.complete_run(result)
            return
        yield result.facts["shown"]["ExecMainStatus"] == NO_TRACING, "it says it cannot trace here"
        yield "kernel lockdown is on" in result.stderr_text, "and why", result.stderr_text
