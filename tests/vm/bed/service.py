"""The program as a systemd service of the guest."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from bed.waiting import PATIENCE

UNIT = "siftr-bpf.service"
REPAIR = "siftr-bpf-repair.service"
CONFIGURATION = "/etc/siftr-bpf.conf"
SHIPPED = "/run/siftr-bpf.conf.shipped"
LOG = "/var/log/siftr-bpf/siftr.log"
DROP_INS = f"/run/systemd/system/{UNIT}.d"
TOOL_SECONDS = 60 * PATIENCE
# A look starts systemctl, which takes half a second of the emulated processor from what is waited for.
LOOK_SECONDS = 0.7


class Service:
    def __init__(self, bed, settings=()):
        """`settings` are lines added to the unit's [Service] section."""
        self.bed = bed
        self.began = time.time()
        self.systemctl("unmask", "--runtime", REPAIR)
        self.systemctl("stop", UNIT, REPAIR)  # A scenario that failed may have left it running.
        if not os.path.exists(SHIPPED):
            shutil.copy(CONFIGURATION, SHIPPED)
        shutil.copyfile(SHIPPED, CONFIGURATION)
        shutil.rmtree(Path(LOG).parent, ignore_errors=True)
        shutil.rmtree(DROP_INS, ignore_errors=True)
        if settings:
            os.makedirs(DROP_INS)
            Path(DROP_INS, "test.conf").write_text("\n".join(["[Service]", *settings, ""]))
        self.systemctl("daemon-reload")
        self.systemctl("reset-failed", UNIT, REPAIR)

    def systemctl(self, *words):
        """Its exit code and output."""
        done = subprocess.run(["systemctl", *words], text=True, capture_output=True,
                              timeout=TOOL_SECONDS)
        print(f"systemctl {' '.join(words)}: {done.returncode} {done.stderr}", flush=True)
        return done.returncode, done.stdout

    def start(self):
        return self.systemctl("start", UNIT)[0]

    def stop(self):
        return self.systemctl("stop", UNIT)[0]

    def show(self, *properties, unit=UNIT):
        """{property: value} as systemctl shows them."""
        shown = self.systemctl("show", unit, *[f"--property={name}" for name in properties])[1]
        return dict(line.split("=", 1) for line in shown.splitlines())

    def wait_for(self, limit=300, **wanted):
        """Wait until the properties have these values; returns how long that took."""
        started = time.monotonic()
        while (found := self.show(*wanted)) != wanted:
            if time.monotonic() - started > limit * PATIENCE:
                raise TimeoutError(f"the service is {found}, not {wanted}\n{self.journal()}")
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - started

    def wait_for_repair(self, limit=300):
        """Wait until the repair of killed runs, where there is one, has ended."""
        started = time.monotonic()
        while self.show("ActiveState", unit=REPAIR)["ActiveState"] == "activating":
            if time.monotonic() - started > limit * PATIENCE:
                raise TimeoutError(f"the repair has not ended\n{self.journal(REPAIR)}")
            time.sleep(LOOK_SECONDS)

    @property
    def pid(self):
        return int(self.show("MainPID")["MainPID"])

    def aside(self):
        """The logs of killed runs that have been renamed."""
        return sorted(str(path) for path in Path(LOG).parent.glob("siftr.log.*[0-9].[0-9]*")
                      if path.suffix != ".checkpoint")

    def unrepaired(self):
        """The logs set aside that still have their checkpoints."""
        return [path for path in self.aside() if os.path.exists(path + ".checkpoint")]

    def lines(self):
        """The complete lines of the log."""
        try:
            return Path(LOG).read_text().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def journal(self, unit=UNIT):
        """The journal of the service since this scenario began."""
        return subprocess.run(["journalctl", "-q", "--no-pager", "-o", "cat", f"-u{unit}",
                               f"--since=@{int(self.began)}"], text=True, capture_output=True,
                              timeout=TOOL_SECONDS).stdout

    def keep(self):
        """Leave log, messages and exit code where judges look for a tracer's."""
        self.wait_for_repair()
        for path in sorted(Path(LOG).parent.glob("*")):
            shutil.copy(path, self.bed.dir)
        self.bed.save("tracer.stderr", self.journal())
        self.bed.save("tracer.exit", self.show("ExecMainStatus")["ExecMainStatus"] + "\n")


def privileges(pid):
    """Identity and privileges of the process in /proc: {"CapEff": "0000...", ...}."""
    pairs = (line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {key: value.strip() for key, value in pairs
            if key.startswith(("Cap", "Uid", "Gid", "NoNewPrivs", "Seccomp", "State"))}
