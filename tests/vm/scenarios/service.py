"""The program as systemd's service: its unit as installed, in a guest whose first process is
systemd."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.service import CONFIGURATION, LOG, REPAIR, UNIT, Service, privileges
from bed.tracer import PROGRAM
from judge import common, log_invariants, rotated_files, siftrlog
from scenarios import stopping, talk

SYSTEMD = True

NO_CAPABILITY = "0" * 16
BPF_AND_PERFMON = "000000c000000000"
WATCHDOG_SECONDS = 2
ENOUGH_LINES = 500
LONG_BYTES = 100 << 30
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
    timeout = 900


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
        yield facts["start"] == 0, "it starts", result.stderr_text
        yield facts["ready lines"] == 1, "the header is there when it is ready", str(facts)
        yield facts["shown"]["ActiveState"] == "active", "it is active", str(facts["shown"])
        yield (facts["shown"]["StatusText"] == "0 lines  0 flows  0 lost  0 suppressed",
               "its status has the figures at once", str(facts["shown"]))
        yield (re.search("tracing every packet of all connections, hooks attached by "
                         "(fentry|kprobe); the log is " + LOG, result.stderr_text) is not None,
               "the journal says what is traced, how and to where", result.stderr_text)
        yield from gave_all_up(facts["privileges"])
        yield (facts["privileges"]["CapBnd"] == BPF_AND_PERFMON,
               "it began with CAP_BPF and CAP_PERFMON at most", facts["privileges"]["CapBnd"])
        user = facts["privileges"]["Uid"].split()
        yield len(set(user)) == 1 and user[0] != "0", "it is not root", str(user)
        yield facts["file"] == [0o640, int(user[0])], "the log is its own, mode 0640", str(facts)
        yield facts["stop"] == 0, "it stops"
        wanted = {"ActiveState": "inactive", "Result": "success", "NRestarts": "0"}
        yield facts["state"] == wanted, "it stopped by itself", str(facts["state"])
        yield from common.complete_run(result)


@scenario
class Reloaded(Served):
    """By logrotate as installed, which asks systemd for a reload."""

    name = "the_service_reloads_when_logrotate_has_renamed_its_log"

    def traffic(self, bed):
        service = Service(bed)
        service.start()
        pid = service.pid
        talk_for_a_while(bed)
        before = set(os.listdir(os.path.dirname(LOG)))
        done = subprocess.run(["logrotate", "-v", "-f", "-s", "/run/logrotate.status",
                               "/etc/logrotate.d/siftr-bpf"], text=True, capture_output=True)
        bed.note("logrotate", [done.returncode, done.stdout + done.stderr])
        service.wait_for(SubState="running")
        stopping.wait_for(service.lines, "header of the next log")
        talk_for_a_while(bed)
        bed.note("same", service.pid == pid)
        bed.note("old", [name for name in sorted(os.listdir(os.path.dirname(LOG)))
                         if name not in before and not name.endswith(".checkpoint")])
        service.stop()
        service.keep()

    def judge(self, result):
        code, said = result.facts["logrotate"]
        yield code == 0, "logrotate succeeds", said
        yield result.facts["same"], "it is the same process"
        yield "Reloaded siftr-bpf.service" in result.stderr_text, "systemd saw the reload end", (
            result.stderr_text)
        yield ("siftr-bpf: reloaded: another file of the log began in " in result.stderr_text,
               "so says the service", result.stderr_text)
        old = result.facts["old"]
        yield len(old) == 1 and re.fullmatch(r"siftr\.log-\d{8}-\d+", old[0]), (
            "the old log bears the time"), str(old)
        yield from rotated_files.checks(result, [*old, "siftr.log"])


@scenario
class ReloadedBadly(Served):
    """The reload itself does not read the configuration; the next start would."""

    name = "a_reload_tells_of_a_configuration_that_went_bad_and_rotates"

    def traffic(self, bed):
        service = Service(bed)
        service.start()
        talk_for_a_while(bed)
        Path(CONFIGURATION).write_text(f"output = {LOG}\nport = http\n")
        os.rename(LOG, LOG + ".old")
        bed.note("reload", service.systemctl("reload", UNIT)[0])
        stopping.wait_for(service.lines, "header of the next log")
        talk_for_a_while(bed)
        service.stop()
        service.keep()

    def judge(self, result):
        yield result.facts["reload"] == 0, "the reload succeeds", result.stderr_text
        yield result.stderr_text.count("siftr-bpf.conf:2: port takes") == 1, (
            "the mistake is named"), result.stderr_text
        yield from rotated_files.checks(result, ["siftr.log.old", "siftr.log"])


@scenario
class Shown(Served):
    name = "the_status_follows_the_lines_without_a_watchdog"

    def traffic(self, bed):
        service = Service(bed, ["WatchdogSec=0"])
        service.start()
        client, server = talk.open_pair(bed)
        for _ in range(5):
            talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        lines = sum(1 for line in service.lines() if line[0] in "io")
        service.wait_for(StatusText=f"{lines} lines  2 flows  0 lost  0 suppressed")
        bed.note("lines", lines)
        service.stop()
        service.keep()

    def judge(self, result):
        lines = len(siftrlog.parse(result.log_text).run.lines)
        yield lines > 5 and result.facts["lines"] == lines, "all lines were shown", str(lines)


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
        yield result.facts["same"], "it lives on without traffic", result.stderr_text
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
        yield "Watchdog timeout" in result.stderr_text, "systemd noticed", result.stderr_text
        last = siftrlog.parse(result.log_text).runs[-1]
        yield bool(last.footer and last.lines), "the next run logged and ended well"


class Killed(Served):
    """SIGKILL amid traffic; its log is renamed, and completed while the next run traces."""

    settings = ()

    def traffic(self, bed):
        service = Service(bed, self.settings)
        service.start()
        load = stopping.Load(bed)
        stopping.wait_for(lambda: len(service.lines()) > ENOUGH_LINES, "lines")
        # That of this start: after the kill it would set the log aside before the next run does.
        service.wait_for_repair()
        self.prepare(service)
        os.kill(service.pid, signal.SIGKILL)
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
        """What happens before the kill."""

    def judge(self, result):
        code, said = result.facts["check"]
        yield code == 0, "siftr-bpf check finds the logs good", said
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
        said = result.text("repair.txt")
        yield "from the checkpoint of" in said, "the repair says so", said
        gap = re.search(r"the run before was killed: nothing was traced for ([0-9.]+) s at most",
                        result.stderr_text)
        yield gap is not None and float(gap[1]) > 0, "the journal has the gap", result.stderr_text


@scenario
class KilledAndRestarted(Killed):
    name = "a_killed_service_is_started_again_and_its_log_repaired"

    def prepare(self, service):
        # A repair that sets the log aside before the next run leaves that run no gap to tell of.
        service.systemctl("mask", "--runtime", REPAIR)

    def go_on(self, service):
        service.wait_for(NRestarts="1", ActiveState="active")
        service.systemctl("unmask", "--runtime", REPAIR)
        service.systemctl("start", REPAIR)


@scenario
class PowerFailure(Killed):
    """Nothing runs after the kill: the next start finds the checkpoint."""

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
    """No further run is started: the log is repaired all the same."""

    name = "a_service_that_is_not_started_again_leaves_a_repaired_log"

    def traffic(self, bed):
        service = Service(bed, ["Restart=no"])
        service.start()
        load = stopping.Load(bed)
        stopping.wait_for(lambda: len(service.lines()) > ENOUGH_LINES, "lines")
        os.kill(service.pid, signal.SIGKILL)
        load.stop()
        service.wait_for(ActiveState="failed")
        stopping.wait_for(lambda: service.aside() and not service.unrepaired(), "repair", limit=300)
        done = subprocess.run([PROGRAM, "check", *service.aside()], text=True, capture_output=True)
        bed.note("check", [done.returncode, done.stdout + done.stderr])
        bed.save("repair.txt", service.journal(REPAIR))

    def judge(self, result):
        code, said = result.facts["check"]
        yield code == 0, "siftr-bpf check finds the log good", said
        yield "from the checkpoint of" in result.text("repair.txt"), "the repair says so"


@scenario
class LongLog(Served):
    """What is read of the log before tracing is on does not depend on how long it is."""

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


@scenario
class LittleSpace(Served):
    """It does at the start what it does while running: waits, counts, goes on."""

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
        said, facts = result.stderr_text, result.facts
        yield facts["start"] == 0, "it starts", said
        wanted = {"ActiveState": "active", "NRestarts": "0"}
        yield facts["shown"] == wanted, "it stays, and is not started again", str(facts["shown"])
        yield said.count("less space than --min-free") == 1, "why there are no lines is said once", said
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
        said = result.stderr_text
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
        said = result.stderr_text + result.text("repair.txt")
        yield said.count("siftr-bpf.conf:2: port takes") == 1, "file and line are named once", said
        code, said = result.facts["test"]
        yield code == 2 and "siftr-bpf.conf:2: port takes" in said, "--test-config does, too", said
