"""Network namespaces by name, as `ip netns` keeps them. Only the calling thread moves, so threads
of one scenario may each be in another namespace."""

import contextlib
import ctypes
import os

CLONE_NEWNET = 0x40000000
MNT_DETACH = 2

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(code, what):
    if code:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno), what)


@contextlib.contextmanager
def inside(name):
    """Run the block with this thread in the namespace; sockets and processes made there stay."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        there = os.open(f"/run/netns/{name}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _checked(_libc.setns(there, CLONE_NEWNET), name)
        finally:
            os.close(there)
        try:
            yield
        finally:
            _checked(_libc.setns(home, CLONE_NEWNET), "home")
    finally:
        os.close(home)


def mount_sysfs(name, target):
    """Mount the /sys that shows the namespace's devices; the kernel picks it by the mounter."""
    os.makedirs(target, exist_ok=True)
    with inside(name):
        _checked(_libc.mount(b"sysfs", os.fsencode(target), b"sysfs", 0, None), target)


def unmount(target):
    if os.path.ismount(target):
        _checked(_libc.umount2(os.fsencode(target), MNT_DETACH), target)


def remove(name):
    """As `ip netns del` does."""
    path = f"/run/netns/{name}"
    _checked(_libc.umount2(os.fsencode(path), MNT_DETACH), path)
    os.unlink(path)
