"""The programs of a guest other than the one under test, with the shared libraries they need and
a Python whose library is compiled ahead, since a guest under emulation is slow to compile."""

import importlib.util
import marshal
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from machine import commands
from machine.cache import BedError

REQUIRED = "ip ss nstat tc tcpdump nft nsenter unshare strace".split()
OPTIONAL = "iperf3 bpftool logrotate setpriv prlimit getcap capsh".split()
# What tmux and programs in it read: the character set of their locale, and the terminal that tmux is.
TERMINAL_FILES = ("/usr/lib/locale/C.utf8/LC_CTYPE", "/usr/lib/terminfo/t/tmux-256color", "/usr/lib/terminfo/s/screen")

LEFT_OUT = re.compile(
    r"(^|/)(test|tests|idlelib|lib2to3|ensurepip|tkinter|turtledemo|pydoc_data|distutils|venv"
    r"|curses|sqlite3|wsgiref|xmlrpc|dbm|__pycache__|(site|dist)-packages|config-[^/]*)(/|$)"
    r"|lib-dynload/_?(ssl|hashlib|tkinter|curses|sqlite3|dbm|gdbm|test|xx|codecs_|crypt|nis)")

PASSWD = b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
GROUP = b"root:x:0:\nadm:x:4:\nnogroup:x:65534:\n"


def pack(archive):
    """Add the tools to the archive."""
    pack_root(archive)
    for name in REQUIRED:
        program(archive, f"/usr/bin/{name}", commands.find(name))
    for name in OPTIONAL:
        if shutil.which(name, path=commands.SEARCH):
            program(archive, f"/usr/bin/{name}", commands.find(name))
    for path in TERMINAL_FILES:
        if os.path.exists(path):
            archive.file(path, path)
    program(archive, "/usr/bin/sh", commands.find("dash"))
    _python(archive)
    busybox(archive, commands.find("busybox"))


def pack_root(archive):
    """Add what programs expect of a root directory."""
    for directory, mode in (("/proc", 0o555), ("/sys", 0o555), ("/dev", 0o755), ("/run", 0o755),
                            ("/tmp", 0o1777), ("/root", 0o700), ("/var/log", 0o755)):
        archive.directory(directory, mode)
    for link in ("/bin", "/sbin", "/lib"):
        archive.symlink(link, "usr" + link)
    # The kernel opens the console for init before anything is mounted on /dev.
    archive.device("/dev/console", 5, 1)
    archive.data("/etc/passwd", PASSWD)
    archive.data("/etc/group", GROUP)
    archive.data("/etc/hosts", b"127.0.0.1 localhost\n::1 localhost\n")


def program(archive, path, source, mode=0o755):
    """Add one program or shared object together with every library the loader maps for it: none for one
    that this host's loader does not know."""
    archive.file(path, source, mode)
    for library in libraries(source):
        archive.file(library, library, 0o755)


def libraries(source):
    listing = subprocess.run(["ldd", str(source)], text=True, capture_output=True).stdout
    missing = re.findall(r"(\S+) => not found", listing)
    if missing:
        raise BedError(f"{source} needs {' '.join(missing)}, which this machine lacks")
    paths = re.findall(r"(?:=> )?(/\S+) \(0x", listing)
    # In the guest /lib is a symbolic link, and no archive entry may lie below one.
    return sorted({"/usr" + path if path.startswith("/lib/") else path for path in paths})


def compiled(source, shown):
    """The bytecode file of a Python source, marked as never to be checked against it."""
    code = compile(Path(source).read_bytes(), shown, "exec", dont_inherit=True)
    head = importlib.util.MAGIC_NUMBER + (0b01).to_bytes(4, "little")
    return head + importlib.util.source_hash(Path(source).read_bytes()) + marshal.dumps(code)


def _python(archive):
    library = sysconfig.get_path("stdlib")
    program(archive, "/usr/bin/python3", os.path.realpath(sys.executable))
    # Python finds its library by the landmark os.py below its own prefix.
    archive.symlink(f"/usr/bin/python{sysconfig.get_python_version()}", "python3")
    for path in sorted(Path(library).rglob("*")):
        name = str(path.relative_to(library))
        if LEFT_OUT.search(name) or not path.is_file():
            continue
        if name == "os.py":
            archive.file(path, path)
        if path.suffix == ".py":
            archive.data(path.with_suffix(".pyc"), compiled(path, str(path)))
        elif path.suffix == ".so":
            program(archive, path, path)


def busybox(archive, source):
    """Busybox, the file `source`, fills in every common command that no real tool above has provided.
    This host's own lists the commands."""
    archive.file("/usr/bin/busybox", source, 0o755)
    for name in commands.run("busybox", "--list").split():
        if archive.paths.isdisjoint({f"usr/bin/{name}", f"usr/sbin/{name}"}):
            archive.symlink(f"/usr/bin/{name}", "busybox")
    archive.symlink("/usr/sbin/modprobe", "../bin/busybox")
