"""Rotation while the log is written: by hand, by logrotate as installed, by size."""

import gzip
import os
import signal
import subprocess
import time
from pathlib import Path

from bed import kprobes
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer
from judge import common, rotated_files, siftrlog
from scenarios import stopping, talk

ONE_KERNEL = True

LOGS = "/var/log/siftr-bpf"
USER = 990
# As the unit of the service does it.
SYSTEMCTL = """#!/bin/sh
case "$*" in
"--quiet is-active siftr-bpf.service") exit 0 ;;
"reload siftr-bpf.service") kill -HUP {pid} ;;
*) echo "systemctl $*: not known here" >&2; exit 1 ;;
esac
"""


def checked(bed, names):
    """`siftr-bpf check` on the files."""
    done = subprocess.run([PROGRAM, "check", "--ppl", "1", *names], cwd=bed.dir, text=True,
                          capture_output=True)
    bed.note("check", [done.returncode, done.stderr[-2000:]])


def found_good(result):
    code, stderr = result.facts["check"]
    yield code == 0, "siftr-bpf check finds every file good", stderr


def has_header(path):
    return path.exists() and b"\n" in path.read_bytes()[:1024]


@scenario
class ByHand(Scenario):
    name = "a_hundred_rotations_under_load_lose_no_line"
    thorough = True
    timeout = 300
    rotations = 100

    def traffic(self, bed):
        log, names = bed.dir / "siftr.log", []
        load = stopping.Load(bed)
        for number in range(1, self.rotations + 1):
            names.append(f"siftr.log.{number}")
            log.rename(bed.dir / names[-1])
            bed.tracer.signal(signal.SIGHUP)
            stopping.wait_for(lambda: has_header(log), f"header after {names[-1]}")
        load.stop()
        for client, server in load.ends:
            client.close()
            server.close()
        bed.settle()
        bed.tracer.stop()
        checked(bed, [*names, log.name])
        bed.note("names", [*names, log.name])

    def judge(self, result):
        yield from common.ran_well(result)
        yield from found_good(result)
        yield from rotated_files.checks(result, result.facts["names"])


@scenario
class ByLogrotate(Scenario):
    """The service's user, its directory, and the file that `make install` installs."""

    name = "logrotate_as_installed_loses_no_line"
    tracer = None
    rotations = 4
    timeout = 200

    def traffic(self, bed):
        tracer = self.start(bed)
        for _ in range(self.rotations):
            client, server = talk.open_pair(bed)
            talk.exchange(client, server)
            self.rotate()
            talk.exchange(client, server)
            talk.close_in_order(client, server)
        bed.settle()
        tracer.stop()
        self.collect(bed)

    @staticmethod
    def start(bed):
        for path, line in (("/etc/passwd", f"siftr-bpf:x:{USER}:{USER}::/:/bin/false\n"),
                           ("/etc/group", f"siftr-bpf:x:{USER}:\n")):
            with open(path, "a") as database:
                database.write(line)
        if kprobes.way() == "kprobe":  # the only one that needs performance events
            kprobes.PARANOID.write_text("2")
        os.makedirs(LOGS, exist_ok=True)
        os.chown(LOGS, USER, USER)
        os.chmod(LOGS, 0o750)
        argv = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups",
                "--inh-caps", "+bpf,+perfmon", "--ambient-caps", "+bpf,+perfmon",
                PROGRAM, "-o", f"{LOGS}/siftr.log"]
        tracer = Tracer(argv, None, bed.dir / "tracer.stderr", Path(LOGS) / "siftr.log", bed.dir)
        bed.tracers.append(tracer)
        tracer.wait_ready()
        systemctl = Path("/usr/bin/systemctl")
        systemctl.write_text(SYSTEMCTL.format(pid=tracer.pid))
        systemctl.chmod(0o755)
        return tracer

    @staticmethod
    def rotate():
        # Old files are named for the second in which they were renamed.
        second = int(time.time())
        stopping.wait_for(lambda: time.time() >= second + 1, "next second")
        done = subprocess.run(["logrotate", "-v", "-f", "-s", "/run/logrotate.status",
                               "/etc/logrotate.d/siftr-bpf"], text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"logrotate: {done.stdout}{done.stderr}")
        stopping.wait_for(lambda: has_header(Path(LOGS) / "siftr.log"), "header of the next file")

    def collect(self, bed):
        names = []
        old = sorted(path for path in Path(LOGS).iterdir() if path.name.startswith("siftr.log-"))
        for path in (*old, Path(LOGS) / "siftr.log"):
            content = path.read_bytes()
            if path.suffix == ".gz":
                content = gzip.decompress(content)
            names.append(path.name.removesuffix(".gz"))
            bed.save(names[-1], content)
        checked(bed, names)
        bed.note("names", names)

    def judge(self, result):
        yield from common.ran_well(result)
        names = result.facts["names"]
        yield len(names) == self.rotations + 1, f"{self.rotations} old files and a new one", f"{names}"
        yield from found_good(result)
        yield from rotated_files.checks(result, names)


@scenario
class ByItself(Scenario):
    name = "max_size_and_rotate_bound_the_log_and_keep_each_file_complete"
    tracer_args = ("--max-size", "64K", "--rotate", "50")
    rounds = 300

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        for _ in range(self.rounds):
            talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        bed.tracer.stop()
        old = sorted(bed.dir.glob("siftr.log.*"), key=lambda path: -int(path.suffix[1:]))
        names = [path.name for path in old] + ["siftr.log"]
        bed.note("sizes", [(bed.dir / name).stat().st_size for name in names])
        checked(bed, names)
        bed.note("names", names)

    def judge(self, result):
        yield from common.ran_well(result)
        yield from found_good(result)
        sizes = result.facts["sizes"]
        yield max(sizes) <= 64 << 10, "no file is larger than --max-size", f"{sizes}"
        yield len(sizes) > 3, "there are several files", f"{sizes}"
        yield from rotated_files.checks(result, result.facts["names"])


@scenario
class MountPoint(Scenario):
    """A log that is a mount point, as in a container, cannot be renamed."""

    name = "a_log_that_cannot_be_renamed_costs_no_old_log"
    tracer = None
    old = {f"siftr.log.{number}": f"old log {number}\n" for number in range(1, 6)}

    def traffic(self, bed):
        log = bed.dir / "siftr.log"
        for name, text in self.old.items():
            bed.save(name, text)
        bed.save("mounted", "")
        bed.save("siftr.log", "")
        subprocess.run(["mount", "--bind", bed.dir / "mounted", log], check=True)
        try:
            tracer = bed.start_tracer(["--max-size", "64K", "--rotate", "5"])
            client, server = talk.open_pair(bed)
            tries = 0
            while tries < 3:
                talk.exchange(client, server)
                tries = self.seconds_full(tracer)
            talk.close_in_order(client, server)
            bed.settle()
            tracer.stop()
        finally:
            subprocess.run(["umount", "-l", log], check=True)
        bed.note("found", {name: (bed.dir / name).read_text() for name in self.old})
        bed.note("names", sorted(path.name for path in bed.dir.glob("siftr.log*")))
        checked(bed, ["mounted"])

    def seconds_full(self, tracer):
        """Seconds for which the rotation has failed, with an attempt each second."""
        if "the log goes on in the old file" not in tracer.messages():
            return 0
        self.since = getattr(self, "since", None) or time.monotonic()
        return time.monotonic() - self.since

    def judge(self, result):
        yield from common.ran_well(result, exit_code=1)
        yield from found_good(result)
        yield result.facts["found"] == self.old, "no old log was touched", (
            f"{result.facts['found']}")
        wanted = sorted([*self.old, "siftr.log"])
        yield result.facts["names"] == wanted, "no file came", f"{result.facts['names']}"
        stderr = result.stderr_text.count("cannot rename siftr.log")
        yield stderr == 1, "the reason is reported once", result.stderr_text


@scenario
class Sampled(Scenario):
    """No connection has a hundred thousand packets, so there are no lines, but flow lists."""

    name = "each_file_lists_the_flows_of_its_own_time_though_none_is_logged"
    tracer_args = ("--ppl", "100000")

    def traffic(self, bed):
        pairs = [talk.open_pair(bed, bind_port=port) for port in (2001, 2002, 2003)]
        log, names = bed.dir / "siftr.log", []
        for busy in (pairs, pairs[:1], pairs[1:]):
            for client, server in busy:
                talk.exchange(client, server)
            bed.settle()
            names.append(f"siftr.log.{len(names) + 1}")
            log.rename(bed.dir / names[-1])
            bed.tracer.signal(signal.SIGHUP)
            stopping.wait_for(lambda: has_header(log), f"header after {names[-1]}")
        bed.note("names", names)

    def judge(self, result):
        yield from common.ran_well(result)
        for name, ports in zip(result.facts["names"], ({2001, 2002, 2003}, {2001}, {2002, 2003})):
            log = siftrlog.parse(result.text(name))
            yield not log.errors, f"a strict reader accepts {name}", "; ".join(log.errors[:4])
            found = {port for flow in log.run.flows for port in (flow[1], flow[3])} - {talk.PORT}
            yield found == ports, f"{name} lists the flows seen in its time", f"{found}"
            yield not log.run.lines, f"{name} has no line", f"{len(log.run.lines)}"
