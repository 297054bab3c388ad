"""The program as a systemd service: its unit as installed, in a guest booted with systemd."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from bed.scenario import Scenario, scenario
from bed.service import CONFIGURATION, LOG, UNIT, Service, privileges
from judge import common, rotated_files, siftrlog
from scenarios import stopping, talk

SYSTEMD = True

NO_CAPABILITY = "0" * 16
BPF_AND_PERFMON = "000000c000000000"
WATCHDOG_SECONDS = 2
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
                         "(fentry|typed kprobe|kprobe); the log is " + LOG, result.stderr_text) is not None,
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
        code, stderr = result.facts["logrotate"]
        yield code == 0, "logrotate succeeds", stderr
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
    """A reload does not read the configuration; only the next start does."""

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
        yield "0 lines" in shown["StatusText"], "its status shows the accounting", shown["StatusText"]
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
