"""Where kernels and packed tools are kept between runs, outside the source tree, and how a file or
directory appears there atomically."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path


class BedError(Exception):
    """The bed itself cannot work here; the message has the reason and, where known, a remedy."""


def root():
    base = os.environ.get("SIFTR_CACHE")
    if base:
        return Path(base)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "siftr-bpf"


@contextlib.contextmanager
def locked(name):
    """Serialise two runs that would fill the same part of the cache."""
    root().mkdir(parents=True, exist_ok=True)
    with open(root() / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def new_directory(target):
    """Yield a temporary directory next to `target`; it becomes `target` when the block succeeds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield work
        work.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def new_file(target):
    """Yield a binary file that replaces `target` when the block succeeds."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=f".{target.name}.", dir=target.parent,
                                     delete=False) as work:
        try:
            yield work
            work.flush()
            os.chmod(work.name, 0o644)
            os.replace(work.name, target)
        except BaseException:
            os.unlink(work.name)
            raise
