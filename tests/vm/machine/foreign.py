"""The tools of a guest whose processor is of another kind than this host's: Debian's packages for it,
fetched as the kernels are. Nothing of the host can run there, so the program under test has to be
static."""

import re
import sys
from typing import NamedTuple

from machine import cache, packages, tools

# Packages that only the installation of the tools needs are left out.
WANTED = re.compile(r"^(?:python3\S*|iproute2|tcpdump|nftables|strace|dash|busybox-static|util-linux|libcap2-bin|"
                    r"bpftool|iperf3|zlib1g|lib(?!debian|file-|newt|number-|pam-|perl|slang|systemd|text)\S*)$",
                    re.M)
LEFT_OUT = re.compile(r"^usr/share/|^(usr/)?bin/busybox$|/(gconv|locale|systemd)/|^usr/lib/python3/|\.a$")
PYTHON = re.compile(r"^usr/lib/python3\.\d+/.*\.py$")


class Source(NamedTuple):
    machine: str
    archive: str = "debian"
    suite: str = "bookworm"
    package: str = ("python3 iproute2 tcpdump nftables strace dash busybox-static util-linux libcap2-bin"
                    " bpftool iperf3")

    @property
    def name(self):
        return f"{self.machine}-tools"


def fetch(machine, say=lambda text: None):
    """The directory of the unpacked packages in the cache; needs no network when it is there."""
    source = Source(machine)
    tree = cache.root() / source.name / source.suite
    with cache.locked(source.name):
        if not tree.exists():
            say(f"fetching {machine} tools of {source.suite}")
            with cache.new_directory(tree) as work, \
                    packages.downloaded(source, say, WANTED) as debs:
                for deb in debs:
                    packages.unpack(deb, work)
    return tree


def pack(archive, machine):
    """Add the tools to the archive. Python's library is compiled ahead if this host's Python is of the
    same version; otherwise the guest compiles what it imports."""
    tree = fetch(machine)
    tools.pack_root(archive)
    for name, path in packages.files(tree):
        if LEFT_OUT.search(name) or PYTHON.search(name) and tools.LEFT_OUT.search(name):
            continue
        packages.add(archive, name, path)
        if PYTHON.search(name) and not path.is_symlink():
            _compiled(archive, "/" + name, path)
    tools.busybox(archive, tree / "bin/busybox")


def _compiled(archive, shown, path):
    directory, _, file = shown.rpartition("/")
    if directory.split("/")[3] != f"python3.{sys.version_info.minor}":
        return
    archive.data(f"{directory}/__pycache__/{file[:-3]}.{sys.implementation.cache_tag}.pyc",
                 tools.compiled(path, shown))
