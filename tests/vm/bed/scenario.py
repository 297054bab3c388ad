"""The class of scenarios and their list. A scenario is one class for both sides: the guest runs its
traffic(), the host its judge()."""

import importlib
import re
import traceback
from pathlib import Path

_registry = []


class Scenario:
    """One promise of the program, stated by `name`, which prefixes its checks."""

    name = ""
    tracer = "auto"  # None: traffic() starts it itself, with bed.start_tracer()
    tracer_args = ()  # added to: siftr-bpf -o RESULTS/siftr.log
    capture = True  # tcpdump on both ends of the link
    programs = ()  # of the host, carried into the guest beside those of machine/tools.py if they are there
    may_fall = None  # strerror(3) of why a tracer may have to attach in another way than the kernel's first
    timeout = 60  # seconds that traffic() may take on an idle host

    def traffic(self, bed):
        """In the guest: make the traffic. An exception is the scenario's failure."""
        raise NotImplementedError

    def judge(self, result):
        """On the host: yield checks, each (ok, what) or (ok, what, detail shown when not ok)."""
        raise NotImplementedError


def scenario(cls):
    """Register a Scenario class; they run in the order of files by name, then of definition."""
    taken = any(known.name == cls.name for known in _registry)
    if taken or not re.fullmatch(r"[a-z0-9_]+", cls.name):
        raise ValueError(f"{cls.__name__}: '{cls.name}' is not a name of its own in [a-z0-9_]")
    _registry.append(cls)
    return cls


def load(directory):
    """Import every scenario file of `directory`, whose parent is on sys.path; returns (scenarios,
    {file name: traceback of its import})."""
    broken = {}
    for path in sorted(Path(directory).glob("*.py")):
        if path.stem == "__init__":
            continue
        try:
            importlib.import_module(f"{path.parent.name}.{path.stem}")
        except Exception:
            broken[path.name] = traceback.format_exc()
    return [cls() for cls in _registry], broken
