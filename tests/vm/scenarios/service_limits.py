"""The service without what it needs: space, capabilities, memory or a valid configuration."""

import subprocess
import time
from pathlib import Path

from bed.scenario import scenario
from bed.service import CONFIGURATION, LOG, REPAIR, Service
from bed.tracer import PROGRAM
from judge import common, siftrlog
from scenarios import stopping
from scenarios.service import NO_TRACING, Served, talk_for_a_while

SYSTEMD = True


@scenario
class LittleSpace(Served):
    """A start on a full disk waits, counts and continues, as a full disk does later."""

    name = "a_service_without_the_space_it_must_leave_waits_for_it"
    capture = False

    def traffic(self, bed):
        service = Service(bed, ["ExecStart=", "ExecStart=/usr/sbin/siftr-bpf --config "
                                "/etc/siftr-bpf.conf --min-free 1000G"])
        bed.note("start", service.start())
        talk_for_a_while(bed)
        bed.note("shown", service.show("ActiveState", "NRestarts"))
        bed.note("stop", service.stop())
        service.keep()

    def judge(self, result):
        stderr, facts = result.stderr_text, result.facts
        yield facts["start"] == 0, "it starts", stderr
        wanted = {"ActiveState": "active", "NRestarts": "0"}
        yield facts["shown"] == wanted, "it stays, and is not started again", str(facts["shown"])
        yield (stderr.count("less space than --min-free") == 1,
               "the reason for missing lines is reported once", stderr)
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log)
        yield not log.run.lines, "no line was written", f"{len(log.run.lines)}"
        lost = sum(log.run.footer[f"num_{way}_skipped_pkts_malloc"] for way in ("inbound", "outbound"))
        yield lost > 0, "the footer counts them as lost", f"{log.run.footer}"


class Refused(Served):
    """One of the two capabilities is missing."""

    def traffic(self, bed):
        service = Service(bed, ["AmbientCapabilities=", f"AmbientCapabilities={self.held}",
                                "CapabilityBoundingSet=", f"CapabilityBoundingSet={self.held}"])
        bed.note("start", service.start())
        time.sleep(2)
        bed.note("shown", service.show("ActiveState", "ExecMainStatus", "NRestarts"))
        service.keep()

    def judge(self, result):
        wanted = {"ActiveState": "failed", "ExecMainStatus": NO_TRACING, "NRestarts": "0"}
        stderr = result.stderr_text
        yield result.facts["start"] != 0, "it does not start"
        yield result.facts["shown"] == wanted, "nor is it tried again", str(result.facts["shown"])
        yield f"{self.missing} is missing" in stderr, f"{self.missing} is named", stderr
        yield f"{self.held} is missing" not in stderr, f"{self.held} is not", stderr


@scenario
class WithoutPerfmon(Refused):
    name = "without_cap_perfmon_the_service_names_it"
    held, missing = "CAP_BPF", "CAP_PERFMON"


@scenario
class WithoutBpf(Refused):
    name = "without_cap_bpf_the_service_names_it"
    held, missing = "CAP_PERFMON", "CAP_BPF"


@scenario
class LittleMemory(Served):
    """Kernels before 5.11 count the memory of BPF maps as locked; the unit lifts that limit."""

    name = "a_limit_of_locked_memory_is_named_where_it_counts"
    capture = False

    def traffic(self, bed):
        service = Service(bed, ["LimitMEMLOCK=64K"])
        bed.note("start", service.start())
        bed.note("shown", service.show("ExecMainStatus"))
        service.stop()
        service.keep()

    def judge(self, result):
        if result.kernel >= (5, 11):
            yield result.facts["start"] == 0, "it starts, as nothing is counted", result.stderr_text
            return
        status = result.facts["shown"]["ExecMainStatus"]
        yield status == NO_TRACING, f"exit code {NO_TRACING}", status
        yield "BPF maps count as locked memory" in result.stderr_text, "and why", result.stderr_text


@scenario
class BadConfiguration(Served):
    name = "a_bad_configuration_is_named_with_its_line"
    capture = False

    def traffic(self, bed):
        service = Service(bed)
        Path(CONFIGURATION).write_text(f"output = {LOG}\nport = http\n")
        test = subprocess.run([PROGRAM, "--test-config"], text=True, capture_output=True)
        bed.note("test", [test.returncode, test.stderr])
        bed.note("start", service.start())
        stopping.wait_for(lambda: service.show("ExecMainExitTimestampMonotonic", unit=REPAIR)
                          ["ExecMainExitTimestampMonotonic"] != "0", "end of the repair")
        bed.note("shown", service.show("ActiveState", "ExecMainStatus", "NRestarts"))
        service.keep()
        bed.save("repair.txt", service.journal(REPAIR))

    def judge(self, result):
        wanted = {"ActiveState": "failed", "ExecMainStatus": "2", "NRestarts": "0"}
        yield result.facts["start"] != 0, "it does not start"
        yield result.facts["shown"] == wanted, "nor is it tried again", str(result.facts["shown"])
        stderr = result.stderr_text + result.text("repair.txt")
        yield stderr.count("siftr-bpf.conf:2: port takes") == 1, "file and line are named once", stderr
        code, stderr = result.facts["test"]
        yield code == 2 and "siftr-bpf.conf:2: port takes" in stderr, "--test-config does, too", stderr
