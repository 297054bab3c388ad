"""A guest booted with Debian's systemd: its packages, fetched as the kernels are, and what `make install`
installs with the program."""

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from machine import cache, commands, kernels, packages

REPOSITORY = Path(__file__).resolve().parents[3]
UNITS = Path(__file__).resolve().parent.parent / "systemd"

# Packages that only the installation of systemd needs are left out.
WANTED = re.compile(r"^(?:systemd|mount|dmsetup|lib(?!c6|gcc|newt|slang|textwrap|debian)\S*)$", re.M)
LEFT_OUT = re.compile(r"^usr/share/(?!dbus-1)|/(gconv|modprobe\.d|catalog)/|^usr/lib/systemd/boot/")

# Of no use in a guest that lives for a minute, and slow under emulation.
MASKED = ("systemd-random-seed", "systemd-boot-system-token", "systemd-update-utmp",
          "systemd-pcrphase", "systemd-pcrphase-sysinit", "systemd-logind", "systemd-timesyncd",
          "systemd-networkd", "systemd-binfmt", "systemd-update-done", "modprobe@", "getty@tty1", "getty-static",
          "serial-getty@ttyS0", "systemd-user-sessions", "systemd-tmpfiles-setup-dev",
          "systemd-tmpfiles-setup", "systemd-remount-fs", "systemd-machine-id-commit",
          "systemd-modules-load")


class Source(NamedTuple):
    name: str = "systemd"
    archive: str = "debian"
    suite: str = "bookworm"
    package: str = "systemd"
    machine: str = kernels.HOST


def fetch(say=lambda text: None):
    """The directory of systemd's unpacked packages in the cache; needs no network when it is there."""
    tree = cache.root() / "systemd" / Source().suite
    with cache.locked("systemd"):
        if not tree.exists():
            say(f"fetching systemd of {Source().suite}")
            with cache.new_directory(tree) as work, \
                    packages.downloaded(Source(), say, WANTED) as debs:
                for deb in debs:
                    packages.unpack(deb, work)
    return tree


def pack(archive):
    """Add the packages to the archive, /bin, /sbin and /lib merged into /usr."""
    for name, path in packages.files(fetch()):
        if not LEFT_OUT.search(name):
            packages.add(archive, name, path)


def pack_installed(archive, directory):
    """Add what `make install` installs but the program, by way of `directory`, and the units that
    start the bed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    shutil.rmtree(directory, ignore_errors=True)
    commands.run("make", "-C", REPOSITORY, "install", f"DESTDIR={directory}", "PREFIX=/usr",
                 env={**environment, "MFLAGS": ""})
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory)
        if path.is_file() and name.parts[:2] != ("usr", "sbin") and "man" not in name.parts:
            archive.file(f"/{name}", path)
    shutil.rmtree(directory)
    here = "/etc/systemd/system"
    for unit in MASKED:
        archive.symlink(f"{here}/{unit}.service", "/dev/null")
    archive.file(f"{here}/bed.service", UNITS / "bed.service")
    archive.symlink(f"{here}/multi-user.target.wants/bed.service", "../bed.service")
    archive.symlink(f"{here}/default.target", "/usr/lib/systemd/system/multi-user.target")
    archive.data("/etc/machine-id", b"0123456789abcdef0123456789abcdef\n")
    archive.data("/etc/os-release", b"ID=debian\nNAME=bed\n")
    archive.symlink("/init", "/usr/lib/systemd/systemd")
