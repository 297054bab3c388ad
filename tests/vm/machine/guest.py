"""One boot of a guest, from the command line to the results on the host."""

import contextlib
import fcntl
import os
import signal
import sys
from pathlib import Path

from machine import image, kernels, qemu, results, systemd
from machine.cache import BedError

REPOSITORY = Path(__file__).resolve().parents[3]


def add_arguments(parser, seconds):
    """The arguments `run` and `sh` share; `seconds` is the default limit of a guest."""
    parser.add_argument("kernel", nargs="?", default=os.environ.get("SIFTR_KERNEL") or None,
                        help="a name of kernels.txt; else $SIFTR_KERNEL, else the first there")
    parser.add_argument("--binary", default=str(REPOSITORY / "siftr-bpf"), metavar="FILE",
                        help="the program under test, /usr/sbin/siftr-bpf in the guest")
    parser.add_argument("--file", action="append", default=[], metavar="HOST:GUEST",
                        type=lambda pair: tuple(pair.split(":", 1)), help="carry one more file")
    parser.add_argument("--append", default="", metavar="WORDS", help="more kernel command line")
    parser.add_argument("--memory", type=int, default=1536, metavar="MIB")
    parser.add_argument("--icount", action="store_true",
                        help="one CPU, and a clock that counts its instructions")
    parser.add_argument("--seconds", type=float, default=seconds,
                        help="give the guest up after this time of a processor, or of silence "
                             "(%(default).0f)")


def visit(args, plan, directory, binary, hear, say, under_systemd=False):
    """Boot a guest that follows `plan`. Its results, console.log and dmesg.txt are in `directory`
    then. `hear(line)` gets the guest's lines, `say(text)` what the bed does. Returns a Boot."""
    # SIGTERM raises an exception, so that the guest ends as well.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    kernel = kernels.fetch(kernels.find(args.kernel), say)
    if under_systemd:
        systemd.fetch(say)
    plan = {**plan, "btf": not kernel.btf.exists()}
    options = qemu.Options(args.memory, args.icount, f"{kernel.words} {args.append}",
                           args.seconds)
    with _alone(directory):
        results.clear(directory)
        initrd = directory / "image.cpio"
        image.build(initrd, kernel, plan, binary, args.file, under_systemd)
        boot = qemu.boot(kernel, initrd, directory, options, hear)
        boot = boot._replace(release=kernel.release)
        initrd.unlink()
        results.unpack(directory / "disk.raw", directory)
        results.keep_boot(directory, boot)
    results.keep_btf(directory, kernel)
    return boot


@contextlib.contextmanager
def _alone(directory):
    """Two guests may run at once, but not in one directory."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BedError(f"another guest is using {directory}: wait, or name another with --keep")
    finally:
        os.close(handle)
