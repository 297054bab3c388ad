"""The tar archive on the results disk. Each file is on the disk before the next begins, so that a guest
that crashes loses only the scenario that ran."""

import os
import tarfile


class Parcel:
    def __init__(self, device):
        self.disk = open(device, "r+b")
        self.archive = tarfile.open(fileobj=self.disk, mode="w", format=tarfile.PAX_FORMAT)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.archive.close()
        self._flush()

    def add(self, path, name):
        """Send a file or directory. Files of sysfs report a wrong size, so files of special file
        systems are read into memory first."""
        if str(path).startswith("/sys/"):
            with open(path, "rb") as opened:
                content = opened.read()
            copy = "/run/parcel"
            with open(copy, "wb") as opened:
                opened.write(content)
            path = copy
        self.archive.add(path, name)
        self._flush()

    def _flush(self):
        self.disk.flush()
        os.fsync(self.disk.fileno())
