"""Debian packages by way of a private apt: its own sources, lists and cache, signatures checked
against Debian's keyring, nothing of the machine's package state read or changed."""

import contextlib
import os
import re
import shutil
import threading

from machine import cache, commands
from machine.cache import BedError

MIRROR = "http://deb.debian.org"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PROGRESS_SECONDS = 5
VERSIONED = re.compile(r"\blinux-(?:image|binary|modules|base)-[0-9]\S*")
ONLY_DEPENDS = [f"--no-{kind}" for kind in
                ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")]
MERGED = re.compile(r"^(bin|sbin|lib)(?=/)")


@contextlib.contextmanager
def downloaded(source, say, wanted=VERSIONED):
    """Yield the .deb paths of the packages that `source`, for example a kernel's meta package, depends on
    and whose names match `wanted`. They and the lists of the private apt last as long as the block."""
    if not os.path.exists(KEYRING):
        raise BedError(f"{KEYRING} (package debian-archive-keyring) is missing: run `make deps`")
    apt = cache.root() / "apt" / source.name
    shutil.rmtree(apt, ignore_errors=True)
    try:
        yield _download(apt, source, wanted, say)
    finally:
        shutil.rmtree(apt, ignore_errors=True)


def _download(apt, source, wanted, say):
    config = _configure(apt, source)
    _apt(config, "apt-get", "-q", "update", "--error-on=any")
    tree = _apt(config, "apt-cache", "depends", "--recurse", *ONLY_DEPENDS, *source.package.split())
    names = sorted(set(wanted.findall(tree)))
    if not names:
        raise BedError(f"{source.package} in {source.suite} leads to none of the packages wanted")
    sizes = [int(line.split()[2]) for line in
             _apt(config, "apt-get", "-q", "--print-uris", "download", *names).splitlines()]
    plural = "" if len(names) == 1 else "s"
    say(f"{len(names)} package{plural}, {megabytes(sum(sizes))}")
    with _progress(apt, sum(sizes), say):
        _apt(config, "apt-get", "-q", "download", *names, cwd=apt / "debs")
    return sorted((apt / "debs").glob("*.deb"))


def megabytes(count):
    return f"{count / 1e6:.1f} MB"


@contextlib.contextmanager
def _progress(apt, wanted, say):
    """Reports every few seconds how much of the `wanted` bytes has come while the block runs."""
    ended = threading.Event()

    def watch():
        while not ended.wait(PROGRESS_SECONDS):
            come = sum(path.stat().st_size for path in apt.rglob("*.deb*") if path.is_file())
            say(f"{megabytes(come)} of {megabytes(wanted)}")

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def unpack(deb, directory):
    directory.mkdir(exist_ok=True)
    commands.run("dpkg-deb", "-x", deb, directory)


def files(tree):
    """What packages unpacked below `tree` install: (name, path), /bin, /sbin and /lib merged into /usr."""
    for path in sorted(tree.rglob("*")):
        yield MERGED.sub(r"usr/\1", str(path.relative_to(tree))), path


def add(archive, name, path):
    """Add one of files() to the archive."""
    if path.is_symlink():
        archive.symlink("/" + name, os.readlink(path))
    elif path.is_file():
        archive.file("/" + name, path)


def _configure(apt, source):
    for name in ("lists/partial", "archives/partial", "debs", "empty"):
        (apt / name).mkdir(parents=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(
        f"deb [arch={source.machine} signed-by={KEYRING}] {MIRROR}/{source.archive} {source.suite} main\n")
    config = apt / "apt.conf"
    config.write_text(f'''
Dir::State "{apt}";
Dir::State::lists "{apt}/lists";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}";
Dir::Cache::archives "{apt}/archives";
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "{apt}/empty";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "{apt}/empty";
APT::Architecture "{source.machine}";
APT::Architectures {{ "{source.machine}"; }};
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
''')
    return config


def _apt(config, *argv, **options):
    environment = {**os.environ, "APT_CONFIG": str(config), "LC_ALL": "C"}
    return commands.run(*argv, env=environment, **options)
