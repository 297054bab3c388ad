"""Kernels built without optional struct members, emulated by renaming the members in the BTF types."""

import subprocess
from pathlib import Path

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer
from scenarios import stopping
from scenarios.clocks import LIMIT, LINES, UNSHARE

ONE_KERNEL = True

BTF = Path("/sys/kernel/btf/vmlinux")
CANNOT_TRACE = 3
# What sockets lack without CONFIG_IPV6, and possible_net_t without CONFIG_NET_NS.
OPTIONAL = ("skc_v6_daddr", "skc_v6_rcv_saddr", "skc_net")
MOST_LINES = 30  # of one attempt to load
NEEDED = "snd_cwnd"


def rename(bed, names):
    """The start of a command line whose program sees types with other names of the same length."""
    types = BTF.read_bytes()
    for old, new in names.items():
        if b"\0" + old.encode() + b"\0" not in types:
            raise RuntimeError(f"{old} is not in {BTF}")
        types = types.replace(b"\0" + old.encode() + b"\0", b"\0" + new.encode() + b"\0")
    path = bed.dir / "vmlinux.btf"
    path.write_bytes(types)
    return [UNSHARE, "-m", "sh", "-c", f"mount --bind {path} {BTF} && exec \"$@\"", "sh"]


def hide(bed, members):
    """The same without these members or functions."""
    return rename(bed, {member: "_" * len(member) for member in members})


@scenario
class WithoutOptional(Scenario):
    name = "a_kernel_without_ipv6_and_namespaces_is_traced"
    tracer = None

    def traffic(self, bed):
        log = bed.dir / "siftr.log"
        tracer = Tracer([*hide(bed, OPTIONAL), "timeout", "-s", "INT", str(LIMIT), PROGRAM, "-o",
                         str(log), "--count", str(LINES)],
                        None, bed.dir / "tracer.stderr", log, bed.dir)
        tracer.wait_ready()
        listener = bed.b.listen(80)
        client = bed.a.connect(bed.b.addr4, 80)
        server, _ = listener.accept()
        for _ in range(LINES):
            client.sendall(b"x")
            server.recv(1)
        bed.note("code", tracer.wait(2 * LIMIT))
        bed.note("stderr", tracer.messages())
        bed.note("ends", [bed.a.addr4, bed.b.addr4])
        bed.save("lines.txt", log.read_text())

    def judge(self, result):
        lines = result.text("lines.txt").splitlines()[1:-1]
        ends = result.facts["ends"]
        yield result.facts["code"] == 0, "exit code 0", result.facts["stderr"]
        yield len(lines) == LINES, f"{LINES} lines", f"{len(lines)}"
        yield (all(sorted(line.split(",")[2:5:2]) == sorted(ends) for line in lines),
               "each has both addresses", f"{ends}: {lines}")


@scenario
class WithoutNeeded(Scenario):
    name = "a_member_that_a_kernel_lacks_is_named"
    tracer = None
    capture = False

    def traffic(self, bed):
        before = kernelprogs.everything()
        for label, words in (("plain", ()), ("verbose", ("-v",)), ("doctor", ("doctor",))):
            argv = [*hide(bed, (NEEDED,)), PROGRAM, *words]
            done = subprocess.run(argv, capture_output=True, text=True, timeout=LIMIT)
            bed.note(label, {"code": done.returncode, "stderr": done.stderr, "stdout": done.stdout})
        stopping.wait_for_programs(before)

    def judge(self, result):
        for label in ("plain", "verbose", "doctor"):
            fact = result.facts[label]
            yield fact["code"] == CANNOT_TRACE, f"{label}: exit code 3", f"{fact}"
        plain, verbose = result.facts["plain"]["stderr"], result.facts["verbose"]["stderr"]
        yield f"tcp_sock.{NEEDED}" in plain, "the member is named", plain
        yield len(plain.splitlines()) == 2, "in a sentence", plain
        yield "relocation" in verbose, "-v shows more", verbose
        attempts, lines = verbose.count(" here: "), len(verbose.splitlines())
        yield lines < MOST_LINES * (attempts + 1), "but not all of it", f"{lines}, {attempts} attempts"
        shown = result.facts["doctor"]["stdout"]
        yield f"tcp_sock.{NEEDED}" in shown, "the doctor names it", shown
