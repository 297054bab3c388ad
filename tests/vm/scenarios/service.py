"""The program as systemd's service: its unit as installed, in a guest whose first process is
systemd."""

import os
import signal
import subprocess
import time

from bed.scenario import Scenario, scenario
from bed.service import LOG, Service, privileges
from bed.tracer import PROGRAM
from judge import common, contract, files, siftrlog
from scenarios import stopping, talk

SYSTEMD = True

NO_CAPABILITY = "0" * 16
BPF_AND_PERFMON = "000000c000000000"
WATCHDOG_SECONDS = 2
ENOUGH_LINES = 500
NO_TRACING = "3"  # the program's exit code


def talk_for_a_while(bed, rounds=5):
    client, server = talk.open_pair(bed)
    for _ in range(rounds):
        talk.exchange(client, server)
    talk.close_in_order(client, server)
    bed.settle()


def gave_all_up(status):
    """Checks of what /proc says of a running tracer."""
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        yield status[name] == NO_CAPABILITY, f"{name} is empty", status[name]
    yield status["NoNewPrivs"] == "1", "no_new_privs is on", str(status)
    yield status["Seccomp"] == "2", "a seccomp filter is on", str(status)


class Served(Scenario):
    tracer = None
    timeout = 240


@scenario
class Runs(Served):
    name = "the_service_traces_without_privilege"

    def traffic(self, bed):
        service = Service(bed)
        bed.note("start", service.start())
        bed.note("ready lines", len(service.lines()))
        bed.note("privileges", privileges(service.pid))
        bed.note("file", [os.stat(LOG).st_mode & 0o7777, os.stat(LOG).st_uid])
        bed.note("shown", service.show("ActiveState", "StatusText"))
        talk_for_a_while(bed)
        bed.note("stop", service.stop())
        bed.note("state", service.show("ActiveState", "Result", "NRestarts"))
        service.keep()

    def judge(self, result):
        facts = result.facts
        yield facts["start"] == 0, "it starts", result.books_text
        yield facts["ready lines"] == 1, "the header is there when it is ready", str(facts)
        yield facts["shown"]["ActiveState"] == "active", "it is active", str(facts["shown"])
        yield facts["shown"]["StatusText"] == "tracing", "its status says so", str(facts["shown"])
        yield from gave_all_up(facts["privileges"])
        yield (facts["privileges"]["CapBnd"] == BPF_AND_PERFMON,
               "it began with CAP_BPF and CAP_PERFMON at most", facts["privileges"]["CapBnd"])
        user = facts["privileges"]["Uid"].split()
        yield len(set(user)) == 1 and user[0] != "0", "it is not root", str(user)
        yield facts["file"] == [0o640, int(user[0])], "the log is its own, mode 0640", str(facts)
        yield facts["stop"] == 0, "it stops"
        wanted = {"ActiveState": "inactive", "Result": "success", "NRestarts": "0"}
        yield facts["state"] == wanted, "it stopped by itself", str(facts["state"])
        yield from common.whole(result)


@scenario
class Reloaded(Served):
    """By logrotate as installed, which asks systemd for a reload."""

    name = "the_service_reloads_when_logrotate_has_renamed_its_log"

    def traffic(self, bed):
        service = Service(bed)
        service.start()
        pid = service.pid
        talk_for_a_while(bed)
        done = subprocess.run(["logrotate", "-v", "-f", "-s", "/run/logrotate.status",
                               "/etc/logrotate.d/siftr-bpf"], text=True, capture_output=True)
        bed.note("logrotate", [done.returncode, done.stdout + done.stderr])
        service.wait_for(SubState="running")
        stopping.wait_for(service.lines, "header of the next log")
        talk_for_a_while(bed)
        bed.note("same", service.pid == pid)
        service.stop()
        service.keep()

    def judge(self, result):
        code, said = result.facts["logrotate"]
        yield code == 0, "logrotate succeeds", said
        yield result.facts["same"], "it is the same process"
        yield "Reloaded siftr-bpf.service" in result.books_text, "systemd saw the reload end", (
            result.books_text)
        yield from files.checks(result, ["siftr.log.1", "siftr.log"])


@scenario
class Fed(Served):
    name = "an_idle_service_feeds_the_watchdog"

    def traffic(self, bed):
        service = Service(bed, [f"WatchdogSec={WATCHDOG_SECONDS}"])
        service.start()
        before = service.pid
        time.sleep(3 * WATCHDOG_SECONDS)
        bed.note("same", service.pid == before)
        bed.note("shown", service.show("ActiveState", "NRestarts", "StatusText"))
        service.stop()
        service.keep()

    def judge(self, result):
        shown = result.facts["shown"]
        yield result.facts["same"], "it lives on without traffic", result.books_text
        yield shown["ActiveState"] == "active" and shown["NRestarts"] == "0", "as one", str(shown)
        yield "0 lines" in shown["StatusText"], "its status shows the books", shown["StatusText"]
        yield from common.well_formed(siftrlog.parse(result.log_text))


@scenario
class Stuck(Served):
    name = "a_stuck_consumer_is_killed_and_started_again"

    def traffic(self, bed):
        service = Service(bed, [f"WatchdogSec={WATCHDOG_SECONDS}"])
        service.start()
        os.kill(service.pid, signal.SIGSTOP)
        seconds = service.wait_for(NRestarts="1", ActiveState="active")
        bed.note("seconds", seconds)
        talk_for_a_while(bed)
        service.stop()
        service.keep()

    def judge(self, result):
        yield "Watchdog timeout" in result.books_text, "systemd noticed", result.books_text
        last = siftrlog.parse(result.log_text).runs[-1]
        yield bool(last.footer and last.lines), "the next run logged and ended well"


class Killed(Served):
    """SIGKILL amid traffic; the log is mended before the next run writes on."""

    settings = ()

    def traffic(self, bed):
        service = Service(bed, self.settings)
        service.start()
        load = stopping.Load(bed)
        stopping.wait_for(lambda: len(service.lines()) > ENOUGH_LINES, "lines")
        os.kill(service.pid, signal.SIGKILL)
        load.stop()
        self.go_on(service)
        talk_for_a_while(bed)
        bed.note("stop", service.stop())
        bed.note("files", sorted(os.listdir(os.path.dirname(LOG))))
        done = subprocess.run([PROGRAM, "check", "--ppl", "1", LOG], text=True, capture_output=True)
        bed.note("check", [done.returncode, done.stdout + done.stderr])
        service.keep()

    def judge(self, result):
        code, said = result.facts["check"]
        yield code == 0, "siftr-bpf check finds the log good", said
        log = siftrlog.parse(result.log_text)
        yield from common.well_formed(log, runs=2)
        for number, run in enumerate(log.runs):
            yield len(run.lines) > 0, f"run {number + 1} has lines"
            for ok, what, *detail in contract.checks(run):
                yield ok, f"run {number + 1}: {what}", *detail
        yield "from the checkpoint of" in result.books_text, "the repair says so", result.books_text
        yield result.facts["files"] == ["siftr.log"], "nothing else is left", str(result.facts)


@scenario
class KilledAndRestarted(Killed):
    name = "a_killed_service_is_repaired_and_started_again"

    def go_on(self, service):
        service.wait_for(NRestarts="1", ActiveState="active")


@scenario
class PowerFailure(Killed):
    """Nothing runs after the kill: the next start finds the checkpoint."""

    name = "a_start_repairs_what_a_power_failure_left"
    settings = ("ExecStopPost=", "Restart=no")

    def go_on(self, service):
        service.wait_for(ActiveState="failed")
        service.start()


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
        said = result.books_text
        yield result.facts["start"] != 0, "it does not start"
        yield result.facts["shown"] == wanted, "nor is it tried again", str(result.facts["shown"])
        yield f"{self.missing} is missing" in said, f"{self.missing} is named", said
        yield f"{self.held} is missing" not in said, f"{self.held} is not", said


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
        bed.note("release", os.uname().release)
        bed.note("start", service.start())
        bed.note("shown", service.show("ExecMainStatus"))
        service.stop()
        service.keep()

    def judge(self, result):
        release = tuple(int(part) for part in result.facts["release"].split(".")[:2])
        if release >= (5, 11):
            yield result.facts["start"] == 0, "it starts, as nothing is counted", result.books_text
            return
        status = result.facts["shown"]["ExecMainStatus"]
        yield status == NO_TRACING, f"exit code {NO_TRACING}", status
        yield "BPF maps count as locked memory" in result.books_text, "and why", result.books_text


@scenario
class BadConfiguration(Served):
    name = "a_bad_configuration_is_named_with_its_line"
    capture = False

    def traffic(self, bed):
        bed.save("bad.conf", f"output = {LOG}\nport = http\n")
        os.chmod(bed.dir / "bad.conf", 0o644)
        service = Service(bed, ["ExecStart=", "ExecStart=/usr/sbin/siftr-bpf --config /tmp/bad.conf",
                                f"BindReadOnlyPaths={bed.dir}/bad.conf:/tmp/bad.conf"])
        bed.note("start", service.start())
        time.sleep(2)
        bed.note("shown", service.show("ActiveState", "ExecMainStatus", "NRestarts"))
        service.keep()

    def judge(self, result):
        wanted = {"ActiveState": "failed", "ExecMainStatus": "2", "NRestarts": "0"}
        yield result.facts["start"] != 0, "it does not start"
        yield result.facts["shown"] == wanted, "nor is it tried again", str(result.facts["shown"])
        yield "bad.conf:2: port takes" in result.books_text, "file and line", result.books_text
