"""Kernels whose compiler has inlined, renamed, changed or copied __tcp_transmit_skb, emulated by another
view of /proc/kallsyms. None of these kernels has the symbol that the view shows, so where the program
tries a kprobe at it, the kernel refuses."""

import subprocess
from pathlib import Path
from socket import AF_INET6

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM, Tracer
from judge import siftrlog
from scenarios import stopping
from scenarios.clocks import LIMIT, LINES, UNSHARE
from scenarios.optional import hide

ONE_KERNEL = True

SYMBOLS = Path("/proc/kallsyms")
FUNCTION = "__tcp_transmit_skb"
NOTICE = f"{FUNCTION} cannot be hooked in this kernel: sent packets are seen at ip_queue_xmit"
REMARK = f"without the hook {FUNCTION}: sent packets are seen at ip_queue_xmit"
# case: (names of the function in the view, what the doctor says of the function)
CASES = {
    "renamed": ((f"{FUNCTION}.llvm.4711",), f"found as {FUNCTION}.llvm.4711: attached by kprobe"),
    "changed": ((f"{FUNCTION}.constprop.0",), "whose arguments may have changed"),
    "copied": ((FUNCTION, f"{FUNCTION}.constprop.0"), "copied or split by the compiler"),
}


def shown_as(bed, names, function=FUNCTION):
    """The start of a command line whose program sees the function under these names."""
    lines = []
    for line in SYMBOLS.read_text().splitlines():
        if line.endswith(f" {function}"):
            lines += [line.replace(function, name) for name in names]
        else:
            lines.append(line)
    path = bed.dir / "kallsyms"
    path.write_text("\n".join(lines) + "\n")
    return [UNSHARE, "-m", "sh", "-c", f"mount --bind {path} {SYMBOLS} && exec \"$@\"", "sh"]


@scenario
class OtherNames(Scenario):
    name = "the_doctor_knows_what_compilers_did_to_the_sending_function"
    tracer = None
    capture = False

    def traffic(self, bed):
        for case, (names, _) in CASES.items():
            before = kernelprogs.everything()
            prefix = shown_as(bed, names)
            if case == "changed":
                prefix = hide(bed, (FUNCTION,)) + prefix
            done = subprocess.run([*prefix, PROGRAM, "doctor"], capture_output=True, text=True,
                                  timeout=LIMIT)
            stopping.wait_for_programs(before)
            bed.note(case, [done.returncode, done.stdout])

    def judge(self, result):
        for case, (_, words) in CASES.items():
            code, stdout = result.facts[case]
            yield code == 0 and words in stdout, f"{case}: the doctor knows: {words}", stdout
            yield "tracing without a hook" in stdout, f"{case}: and what is lost", stdout


@scenario
class Inlined(Scenario):
    name = "packets_are_logged_where_the_sending_function_is_inlined"
    tracer = None

    def traffic(self, bed):
        log = bed.dir / "siftr.log"
        tracer = Tracer([*shown_as(bed, ()), "timeout", "-s", "INT", str(LIMIT), PROGRAM, "-o",
                         str(log), "--count", str(4 * LINES)],
                        None, bed.dir / "tracer.stderr", log, bed.dir)
        tracer.wait_ready()
        listener = bed.b.listen(80, AF_INET6, dual=True)
        pairs = [(bed.a.connect(address, 80), listener.accept()[0])
                 for address in (bed.b.addr4, bed.b.addr6)]
        for _ in range(LINES):
            for client, server in pairs:
                client.sendall(b"x" * 100)
                server.recv(100)
        bed.note("code", tracer.wait(2 * LIMIT))
        bed.note("stderr", tracer.messages())
        bed.save("lines.txt", log.read_text())

    def judge(self, result):
        rows = [dict(zip(siftrlog.COLUMNS, line.split(",")))
                for line in result.text("lines.txt").splitlines()[1:-1]]
        stderr = result.facts["stderr"]
        yield result.facts["code"] == 0, "exit code 0", stderr
        yield stderr.count(NOTICE) == 1, "the fall is not silent", stderr
        yield stderr.count(REMARK) == 1, "the accounting says it", stderr
        for family, mark in (("IPv4", "."), ("IPv6", ":")):
            data = [row for row in rows if row["direction"] == "o" and row["fport"] == "80" and
                    mark in row["faddr"] and row["sent_inflight_bytes"] == "100"]
            yield len(data) > 1, f"{family}: the sequence of sent packets is known", f"{len(data)} of {len(rows)}"
