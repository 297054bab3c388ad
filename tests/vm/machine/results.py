"""The results of a guest: the tar archive on its disk and the kernel log on the console."""

import json
import re
import shutil
import tarfile

from machine import held_up, qemu
from machine.cache import BedError

# Each of these is a failure whatever the scenarios find. A WARNING that does not begin the message is
# a boot notice, such as those about mitigations.
KERNEL_ERROR = re.compile(r"\bBUG: |(^|\] )WARNING: |\bOops\b|Kernel panic|general protection fault"
                       r"|unable to handle|suspicious RCU usage")
# Warnings of kernels without a tracer. PREEMPT_RT 6.1 warns once when RPS, by which the
# bed keeps a device's packets on one CPU, raises a softirq from another CPU's call.
OF_ITS_OWN = re.compile(r"WARNING: .* do_softirq_post_smp_call_flush\b")
SHOWN_LINES = 30
TAIL_LINES = 20
BOOT = "boot.json"


def clear(directory):
    """Remove what an earlier guest left there, so that nothing of it is judged again."""
    for name in ("scenarios", "shell"):
        shutil.rmtree(directory / name, ignore_errors=True)
    for name in ("console.log", "dmesg.txt", BOOT, held_up.FILE):
        (directory / name).unlink(missing_ok=True)


def unpack(disk, directory):
    """Extract the guest's archive below `directory`; one cut short yields what it holds."""
    try:
        with tarfile.open(disk, "r:") as archive:
            archive.extractall(directory)
    except tarfile.ReadError:
        pass  # nothing was written, or a member is truncated: the missing results are noticed by name
    disk.unlink()


def keep_boot(directory, boot):
    """Keep how the guest ended, so that its results can be judged again."""
    (directory / BOOT).write_text(json.dumps(boot._asdict(), indent=1) + "\n")


def kept_boot(directory):
    """The Boot of the guest whose results are in `directory`."""
    try:
        return qemu.Boot(**json.loads((directory / BOOT).read_text()))
    except FileNotFoundError:
        raise BedError(f"{directory} holds no results of a guest: {BOOT} is missing") from None


def keep_btf(directory, kernel):
    """Move the kernel's own BTF, which the first boot of a kernel sends along, into the cache."""
    sent = directory / "vmlinux.btf"
    if sent.exists():
        shutil.move(sent, kernel.btf)


def warnings(console):
    """The first warning or oops in a console log with the lines around it, and a count."""
    lines = console.read_text(errors="replace").splitlines()
    found = [number for number, line in enumerate(lines)
             if KERNEL_ERROR.search(line) and not OF_ITS_OWN.search(line)]
    if not found:
        return ""
    shown = lines[max(0, found[0] - 2):found[0] + SHOWN_LINES]
    return "\n".join([f"{len(found)} lines of a warning or an oops, the first of them:", *shown])


def tail(console):
    return "\n".join(console.read_text(errors="replace").splitlines()[-TAIL_LINES:])
