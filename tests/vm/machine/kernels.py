"""The table of kernels (kernels.txt) and the cache directory of each: vmlinuz, its
modules below lib/modules and, after a first boot, vmlinux.btf."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from machine import cache, commands, packages
from machine.cache import BedError

TABLE = Path(__file__).resolve().parent.parent / "kernels.txt"
# Debian's word for this host's kind of processor.
HOST = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)


class Kernel(NamedTuple):
    name: str
    archive: str
    suite: str
    package: str
    words: str = ""  # of its command line
    cached_as: str = ""  # the name of the first kernel of the same package, if that is another

    @property
    def machine(self):
        """Debian's word for the kind of processor it runs on, which ends the package's name."""
        return self.package.rsplit("-", 1)[-1]

    @property
    def directory(self):
        return cache.root() / "kernels" / (self.cached_as or self.name)

    @property
    def vmlinuz(self):
        return self.directory / "vmlinuz"

    @property
    def modules(self):
        return self.directory / "lib/modules" / self.release

    @property
    def btf(self):
        return self.directory / "vmlinux.btf"

    @property
    def release(self):
        return (self.directory / "release").read_text().strip()


def table():
    rows = (line.split("#")[0].split() for line in TABLE.read_text().splitlines())
    first = {}  # (archive, suite, package) -> name
    return [Kernel(name, *origin, " ".join(words), first.setdefault(tuple(origin), name))
            for name, *origin, words in ((*row[:4], row[4:]) for row in rows if row)]


def find(name=None):
    """The kernel called `name` (None: the default, which is the table's first)."""
    known = table()
    for kernel in known:
        if name in (None, kernel.name):
            return kernel
    raise BedError(f"no kernel '{name}' in {TABLE}; known: " + " ".join(k.name for k in known))


def fetch(kernel, say=lambda text: None):
    """Bring `kernel` into the cache unless it is there already; needs no network when it is."""
    with cache.locked(f"kernel-{kernel.directory.name}"):
        if not kernel.vmlinuz.exists():
            say(f"fetching kernel {kernel.name}: {kernel.package} of {kernel.suite}")
            with cache.new_directory(kernel.directory) as work, \
                    packages.downloaded(kernel, say) as debs:
                _unpack(kernel, debs, work)
    return kernel


def _unpack(kernel, debs, work):
    tree = work / "tree"
    for deb in debs:
        packages.unpack(deb, tree)
    release, image = _image(kernel, tree)
    modules = [path for path in (tree / "lib/modules" / release, tree / "usr/lib/modules" / release)
               if (path / "kernel").is_dir() and (path / "modules.builtin").exists()]
    if not modules:
        raise BedError(f"kernel {kernel.name}: no modules of {release} in its packages")
    image.rename(work / "vmlinuz")
    (work / "lib/modules").mkdir(parents=True)
    modules[0].rename(work / "lib/modules" / release)
    config = tree / f"boot/config-{release}"  # from 7.2 on it lies among the modules
    if config.exists():
        config.rename(work / "lib/modules" / release / "config")
    # Debian makes modules.dep when a package is installed; this one is only unpacked.
    commands.run("depmod", "-b", work, release)
    (work / "release").write_text(release + "\n")
    shutil.rmtree(tree)


def _image(kernel, tree):
    """(release, path of the one vmlinuz); from 7.2 on it lies among the modules, not in /boot."""
    images = [(path.name.removeprefix("vmlinuz-"), path) for path in tree.glob("boot/vmlinuz-*")]
    images += [(path.parent.name, path) for path in tree.glob("usr/lib/modules/*/vmlinuz")]
    if len(images) != 1:
        raise BedError(f"kernel {kernel.name}: wanted one vmlinuz in the packages of "
                       f"{kernel.package}, found {len(images)}")
    return images[0]
