"""The guest's root file system: three cpio archives in a row. Tools and modules change seldom and
are cached; the bed, the scenarios and the program under test are packed for each boot."""

import hashlib
import json
import os
import shutil
import struct
import sys
from pathlib import Path

from machine import cache, commands, cpio, foreign, kernels, modules, systemd, tools
from machine.cache import BedError

HERE = Path(__file__).resolve().parent
TREE = HERE.parent
CARRIED = ("bed", "scenarios", "judge")
# The first bytes of an executable, the last two of which are its kind of processor.
ELF_HEAD = struct.Struct("<4s14xH")
ELF_MACHINES = {"amd64": 62, "arm64": 183}
# What `make install` installs with the program; a guest with systemd has all of it.
INSTALLED = {"/etc/logrotate.d/siftr-bpf": TREE.parents[1] / "systemd/siftr-bpf.logrotate"}


def build(out, kernel, plan, binary=None, extra_files=(), under_systemd=False):
    """Write the image to the path `out`. `plan` tells the guest what to do; `extra_files` are pairs
    of (host path, guest path)."""
    # Libraries of both the tools and systemd come from the tools, which need the C library of this host.
    parts = [*([_systemd()] if under_systemd else []), _tools(kernel), _modules(kernel)]
    with open(out, "wb") as image:
        for part in parts:
            with open(part, "rb") as opened:
                shutil.copyfileobj(opened, image, 1 << 20)
        archive = cpio.Archive(image)
        if under_systemd:
            systemd.pack_installed(archive, out.with_suffix(".installed"))
        archive.file("/init", TREE / "init", 0o755)
        archive.file("/vm/work", TREE / "work", 0o755)
        archive.data("/vm/plan.json", json.dumps(plan).encode())
        for package in CARRIED:
            _package(archive, package)
        for path, source in () if under_systemd else INSTALLED.items():
            archive.file(path, source, 0o644)
        if binary:
            tools.program(archive, "/usr/sbin/siftr-bpf", compiled_for(kernel, _existing(binary)))
        for source, path in extra_files:
            mode = os.stat(_existing(source)).st_mode & 0o777
            tools.program(archive, path, source, mode)
        archive.close()


def _existing(path):
    if not os.path.isfile(path):
        raise BedError(f"{path} does not exist (for the program itself: run `make`)")
    return path


def compiled_for(kernel, path):
    """`path`, unless it is an executable that is compiled for another kind of processor."""
    with open(path, "rb") as opened:
        head = opened.read(ELF_HEAD.size).ljust(ELF_HEAD.size)
    magic, machine = ELF_HEAD.unpack(head)
    if magic == b"\x7fELF" and machine != ELF_MACHINES.get(kernel.machine, machine):
        raise BedError(f"{path} is not compiled for {kernel.machine}, as kernel {kernel.name} is:"
                       " name one that is by --binary (tests/vm/README.md)")
    return path


def _package(archive, package):
    """A Python package of ours: the source, for readable tracebacks, and its bytecode."""
    for source in sorted((TREE / package).glob("*.py")):
        shown = f"/vm/{package}/{source.name}"
        archive.file(shown, source)
        try:
            code = tools.compiled(source, shown)
        except SyntaxError:
            continue  # reported when the host loads the scenarios
        archive.data(f"/vm/{package}/__pycache__/{source.stem}.{sys.implementation.cache_tag}.pyc",
                     code)


def _tools(kernel):
    if kernel.machine != kernels.HOST:
        tree = foreign.fetch(kernel.machine)
        return _cached(cache.root() / "images", f"{kernel.machine}-tools",
                       ("foreign", "packages", "tools", "cpio"), tree.stat().st_mtime_ns,
                       lambda archive: foreign.pack(archive, kernel.machine))
    stamps = []
    for name in tools.REQUIRED + tools.OPTIONAL + ["dash", "busybox", "python3"]:
        path = shutil.which(name, path=commands.SEARCH)
        if path:
            status = os.stat(path)
            stamps.append((name, os.path.realpath(path), status.st_size, status.st_mtime_ns))
    return _cached(cache.root() / "images", "tools", ("tools", "cpio"), stamps,
                   tools.pack)


def _systemd():
    tree = systemd.fetch()
    return _cached(cache.root() / "images", "systemd", ("systemd", "packages", "cpio"), tree.stat().st_mtime_ns,
                   systemd.pack)


def _modules(kernel):
    return _cached(kernel.directory, "modules", ("modules", "cpio"), kernel.release,
                   lambda archive: modules.pack(archive, kernel))


def _cached(directory, name, packers, stamps, fill):
    """The archive `name`, made again when the source of its packers or a stamp of its input changed."""
    key = hashlib.sha256(repr(stamps).encode())
    for packer in packers:
        key.update((HERE / f"{packer}.py").read_bytes())
    path = directory / f"{name}-{key.hexdigest()[:16]}.cpio"
    with cache.locked(f"image-{name}"):
        if not path.exists():
            for old in directory.glob(f"{name}-*.cpio"):
                old.unlink()
            with cache.new_file(path) as out:
                archive = cpio.Archive(out)
                fill(archive)
                archive.close()
    return path
