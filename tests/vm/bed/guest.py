"""The guest after init: follows /vm/plan.json and sends the results to the host."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from bed import kprobes
from bed.parcel import Parcel

BTF = "/sys/kernel/btf/vmlinux"


def main():
    # The first process may open few files; scenarios of many flows need as many as the kernel allows.
    resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 1 << 20))
    plan = json.loads(Path("/vm/plan.json").read_text())
    os.environ.update(plan.get("environment", {}))
    if kprobes.way() == "kprobe":
        kprobes.watch()
    with Parcel("/dev/vda") as parcel:
        if plan.get("btf"):
            parcel.add(BTF, "vmlinux.btf")
        if "command" in plan:
            code = shell(plan["command"], parcel)
        else:
            code = perform(plan["scenarios"], parcel)
        dmesg = subprocess.run(["dmesg"], capture_output=True).stdout
        Path("/run/dmesg.txt").write_bytes(dmesg)
        parcel.add("/run/dmesg.txt", "dmesg.txt")
    return code


def shell(command, parcel):
    """Run one shell command; the files of /results are sent to the host."""
    os.makedirs("/results")
    code = subprocess.run(["/bin/sh", "-c", command], cwd="/root").returncode
    parcel.add("/results", "shell")
    return code if code >= 0 else 128 - code


def perform(names, parcel):
    from bed import supervise
    return supervise.perform(names, parcel)


if __name__ == "__main__":
    sys.exit(main())
