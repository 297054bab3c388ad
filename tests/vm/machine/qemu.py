"""One boot of a guest under software emulation. The console goes to a file; a second serial port
carries the lines of the bed; a raw disk brings the results back as a tar archive."""

import os
import select
import shutil
import subprocess
import time
from typing import NamedTuple

from machine import held_up, kernels
from machine.cache import BedError

BOOTS = 3
# A boot takes three to six seconds of a processor; a guest without output by then hangs.
FIRST_WORD_CPU_SECONDS = 45
FIRST_WORD_SECONDS = 900  # real time: a hang may use no processor
LOOK_SECONDS = 1
OFF_SECONDS = 20  # for powering off after its last line; then it is killed
DISK_BYTES = 4 << 30  # sparse: only what the guest writes takes space

# No watchdogs: a busy host stalls virtual CPUs, which is no fault of the guest kernel. That of the
# clock sources takes a stall for a skew, whereupon Linux 7.2 prints a warning of its own. And no look
# whether the timer's interrupts come at boot, as a kernel whose host has no time for it gives up then.
COMMAND_LINE = ("console={} loglevel=5 panic=-1 cryptomgr.notests nowatchdog tsc=nowatchdog"
                " no_timer_check rcupdate.rcu_cpu_stall_suppress=1 random.trust_cpu=on net.ifnames=0"
                " rdinit=/init")

# What guards against other users of a processor, or fills memory before its use, costs the emulation
# a tenth and changes nothing of what is tested. Not where instructions are counted: there it is part
# of what a user pays.
UNGUARDED = ("spectre_v2=off retbleed=off spec_store_bypass_disable=off init_on_alloc=0"
             " hardened_usercopy=off")
UNGUARDED_ARM64 = "mitigations=off kpti=off init_on_alloc=0 hardened_usercopy=off"

# cmpxchg16b, as emulated, now and then leaves garbage in the flags: kernels died of it. Five-level page
# tables and the protection of user pages cost the emulation a tenth.
PROCESSOR = "max,-cx16,-la57,-smap,-smep,-pku"
# Signing pointers as the architecture recommends takes the emulation longer than all else.
PROCESSOR_ARM64 = "max,pauth-impdef=on,sve=off"

# Memory is copied and cleared by one instruction for each byte where the processor says that this is
# fast, and registers of 256 bits are saved at each switch of tasks: a quarter of the emulation's time.
# Not where instructions are counted, either.
SLOW_FEATURES = ",-erms,-xsave,-avx,-avx2"


class Boot(NamedTuple):
    """How it went: `off` is the bed's exit code, None when the guest never got that far."""
    off: int | None
    attempts: int
    seconds: float
    reason: str
    release: str = ""  # of the kernel that was booted


class Options(NamedTuple):
    memory: int = 1536
    icount: bool = False
    append: str = ""
    seconds: float = 1800  # of a processor, and without a word: then it is given up


def boot(kernel, image, directory, options, hear):
    """Boot until the guest prints its first line, then pass each line to `hear(line)` until it ends.
    Leaves console.log and disk.raw in `directory`."""
    emulator = _argv(kernel, image, directory, options)[0]
    if not shutil.which(emulator):
        raise BedError(f"{emulator} is missing: " + (
            "run `make deps`" if kernel.machine == kernels.HOST else "tests/vm/README.md says how to get it"))
    for attempt in range(1, BOOTS + 1):
        disk = directory / "disk.raw"
        disk.unlink(missing_ok=True)
        with open(disk, "wb") as opened:
            opened.truncate(DISK_BYTES)
        started = time.monotonic()
        spoke, off, reason = _run(_argv(kernel, image, directory, options), directory,
                                  options, hear)
        if spoke or attempt == BOOTS:
            return Boot(off, attempt, time.monotonic() - started, reason)
        hear(f"bed: boot {attempt} of {BOOTS}: {reason}; trying again")
    raise AssertionError("unreachable")


def _argv(kernel, image, directory, options):
    cpus = ["-smp", "1", "-icount", "shift=0,sleep=off"] if options.icount else ["-smp", "2"]
    arm64 = kernel.machine == "arm64"
    guarded = "" if options.icount else UNGUARDED_ARM64 if arm64 else UNGUARDED
    words = [COMMAND_LINE.format("ttyAMA0" if arm64 else "ttyS0,115200"), guarded, options.append]
    console = ["-serial", f"file:{directory / 'console.log'}"]
    return [*(_arm64 if arm64 else _amd64)(console, options), *cpus, "-m", str(options.memory),
            "-name", "guest,debug-threads=on",  # by which the processors' thread is found
            "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot", "-net", "none",
            "-kernel", str(kernel.vmlinuz), "-initrd", str(image),
            "-append", " ".join(filter(None, words)),
            "-drive", f"file={directory / 'disk.raw'},if=virtio,format=raw,cache=unsafe"]


def _amd64(console, options):
    # With a thread for each CPU, one may translate code that the other is patching and keep a stale
    # breakpoint for ever: attaching to a busy function hung guests.
    processor = PROCESSOR + ("" if options.icount else SLOW_FEATURES)
    return ["qemu-system-x86_64", "-accel", "tcg,thread=single", "-cpu", processor,
            *console, "-serial", "stdio"]


def _arm64(console, options):
    # The machine has one serial port, its console. The bed's is, as on amd64, the second of type 8250.
    threads = "single" if options.icount else "multi"
    return ["qemu-system-aarch64", "-M", "virt", "-accel", f"tcg,thread={threads}", "-cpu", PROCESSOR_ARM64,
            *console, "-chardev", "null,id=nothing", "-chardev", "stdio,id=bed",
            "-device", "pci-serial-2x,chardev1=nothing,chardev2=bed"]


def _run(argv, directory, options, hear):
    """Run qemu to its end. Returns (the guest has printed a line, exit code of the bed, why it ended)."""
    spoke, off, reason = False, None, ""
    deadline = time.monotonic() + FIRST_WORD_SECONDS
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, bufsize=0) as qemu, \
            held_up.Watch(qemu.pid, directory):
        def overdue():
            return (time.monotonic() > deadline or _cpu_seconds(qemu.pid)
                    > (options.seconds if spoke else FIRST_WORD_CPU_SECONDS))

        try:
            for line in _lines(qemu.stdout, overdue):
                if line is None:
                    reason = _overdue(spoke, options)
                    break
                spoke = spoke or line == "bed: up"
                if spoke and off is None:
                    deadline = time.monotonic() + options.seconds
                if line.startswith("bed: off "):
                    off, deadline = int(line.split()[-1]), time.monotonic() + OFF_SECONDS
                hear(line)
            else:
                qemu.wait()
        finally:
            if qemu.poll() is None:
                qemu.kill()
    if off is not None:
        reason = ""
    elif not reason:
        reason = f"the guest ended without a last word (qemu's exit code {qemu.returncode})"
    return spoke, off, reason


def _overdue(spoke, options):
    if spoke:
        return (f"the guest was still running after {options.seconds:.0f} s of a processor's time, or"
                " of silence")
    return f"init had not spoken within {FIRST_WORD_CPU_SECONDS} s of a processor's time"


def _cpu_seconds(pid):
    """Time of a processor that the process has used."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _lines(stream, overdue):
    """Lines of `stream` as they come; None when they are overdue."""
    pending = b""
    while True:
        ready, _, _ = select.select([stream], [], [], LOOK_SECONDS)
        if overdue():
            yield None
            return
        if not ready:
            continue
        chunk = os.read(stream.fileno(), 65536)
        if not chunk:
            break
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").rstrip("\r")
    if pending:
        yield pending.decode(errors="replace")
