"""Memory whose first use blocks, by userfaultfd(2): a system call that copies into it sleeps until it
is released, and keeps the locks that it holds."""

import ctypes
import fcntl
import mmap
import os
import select
import struct

from bed.waiting import PATIENCE

SYS_USERFAULTFD = {"x86_64": 323, "aarch64": 282}[os.uname().machine]
API = 0xAA
# linux/userfaultfd.h
UFFDIO_API, UFFDIO_REGISTER, UFFDIO_ZEROPAGE = 0xC018AA3F, 0xC020AA00, 0xC020AA04
REGISTER_MISSING = 1
LIMIT_MS = 10000

_libc = ctypes.CDLL(None, use_errno=True)


class HeldMemory:
    def __init__(self):
        self.memory = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self.fd = _libc.syscall(SYS_USERFAULTFD, os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "userfaultfd")
        fcntl.ioctl(self.fd, UFFDIO_API, struct.pack("=QQQ", API, 0, 0))
        fcntl.ioctl(self.fd, UFFDIO_REGISTER, struct.pack(
            "=QQQQ", self.address, mmap.PAGESIZE, REGISTER_MISSING, 0))

    def wait_used(self):
        """Returns once somebody sleeps on the memory."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        if not poll.poll(LIMIT_MS * PATIENCE):
            raise TimeoutError("nobody used the memory")

    def release(self):
        fcntl.ioctl(self.fd, UFFDIO_ZEROPAGE, struct.pack(
            "=QQQq", self.address, mmap.PAGESIZE, 0, 0))
        os.close(self.fd)
