"""Runs programs of the host. Errors name the package of a missing program or the reason of a failure."""

import os
import shutil
import subprocess

from machine.cache import BedError

# A user's PATH often lacks the administrator's directories, where depmod and nft live.
SEARCH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", "/sbin", "/bin"])


def find(name):
    path = shutil.which(name, path=SEARCH)
    if not path:
        raise BedError(f"{name} is missing: run `make deps`")
    return os.path.realpath(path)


def run(*argv, **options):
    """Run a program to its end. Returns its output, or raises a BedError with its messages."""
    program = shutil.which(argv[0], path=SEARCH) or find(argv[0])
    done = subprocess.run([program, *map(str, argv[1:])], text=True, capture_output=True, **options)
    if done.returncode:
        raise BedError(f"{' '.join(map(str, argv))} failed ({done.returncode}):\n"
                       f"{done.stderr.strip()}")
    return done.stdout
