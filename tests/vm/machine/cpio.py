"""A writer of cpio archives in the "newc" format, which the kernel unpacks as its first root file
system. Archives may follow one another in one image; a later entry replaces an earlier."""

import os
import stat
from pathlib import PurePosixPath

TRAILER = "TRAILER!!!"


class Archive:
    """Entries are added with the guest's path, absolute; missing parents are made on the way."""

    def __init__(self, out):
        self.out = out
        self.count = 0
        self.paths = set()

    def directory(self, path, mode=0o755):
        self._entry(path, stat.S_IFDIR | mode, b"")

    def symlink(self, path, target):
        self._entry(path, stat.S_IFLNK | 0o777, os.fsencode(target))

    def data(self, path, content, mode=0o644):
        self._entry(path, stat.S_IFREG | mode, content)

    def device(self, path, major, minor, mode=0o600):
        self._entry(path, stat.S_IFCHR | mode, b"", (major, minor))

    def file(self, path, source, mode=None):
        """Add the host's file `source` (symbolic links followed) as the guest's `path`."""
        with open(source, "rb") as opened:
            permissions = os.fstat(opened.fileno()).st_mode & 0o777
            self.data(path, opened.read(), permissions if mode is None else mode)

    def close(self):
        self._write(TRAILER, 0, b"", (0, 0))

    def _entry(self, path, mode, content, device=(0, 0)):
        name = str(path).strip("/")
        if name in self.paths:
            return
        parent = PurePosixPath(name).parent
        if parent.name and str(parent) not in self.paths:
            self.directory(parent)
        self.paths.add(name)
        self._write(name, mode, content, device)

    def _write(self, name, mode, content, device):
        self.count += 1
        encoded = os.fsencode(name) + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (self.count, mode, 0, 0, links, 0, len(content), 0, 0, *device, len(encoded), 0)
        head = b"070701" + b"".join(b"%08x" % field for field in fields) + encoded
        self.out.write(head + bytes(-len(head) % 4) + content + bytes(-len(content) % 4))
