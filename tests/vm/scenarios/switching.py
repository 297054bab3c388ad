"""Function tracing switched off on the host: the kernel does not call the attached programs."""

import json
import os
import subprocess
import time
from pathlib import Path

from bed import kernelprogs, kprobes
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE, wait_for
from judge import common, field_rows
from scenarios import competing, stopping, talk
from scenarios.clocks import UNSHARE

LIMIT = 60 * PATIENCE
ROUNDS = 20  # exchanges of a byte each way
CANNOT_TRACE, LOSSES = 3, 5
SWITCH = Path("/proc/sys/kernel/ftrace_enabled")
KPROBES = Path("/sys/kernel/debug/kprobes/enabled")
NAME = "kernel.ftrace_enabled"
HOOKS = ("tcp_rcv_established", "tcp_rcv_state_process", "__tcp_transmit_skb")


def turn(value):
    """Returns whether the kernel accepted it: 5.10 does not while programs are attached by fentry."""
    try:
        SWITCH.write_text(value)
    except OSError:
        return False
    return True


class Attempts(Scenario):
    """Short runs of the program under one condition; waits until each has left nothing."""

    tracer = None
    capture = False

    def attempt(self, bed, label, *words, before=()):
        programs = kernelprogs.everything()
        done = subprocess.run([*before, PROGRAM, *words], capture_output=True, text=True,
                              timeout=LIMIT, cwd=bed.dir)
        stopping.wait_for_programs(programs)
        bed.note(label, {"code": done.returncode, "stderr": done.stderr, "stdout": done.stdout})


@scenario
class OffBefore(Attempts):
    name = "a_host_with_function_tracing_off_is_refused"

    def traffic(self, bed):
        turn("0")
        try:
            self.attempt(bed, "traced", "-o", "siftr.log")
            self.attempt(bed, "doctor", "doctor")
        finally:
            turn("1")
        bed.note("log", (bed.dir / "siftr.log").exists())

    def judge(self, result):
        traced, doctor = result.facts["traced"], result.facts["doctor"]
        yield traced["code"] == CANNOT_TRACE, "tracing is refused with 3", f"{traced}"
        yield f"{NAME} is 0" in traced["stderr"], "the switch is named", traced["stderr"]
        yield f"sysctl -w {NAME}=1" in traced["stderr"], "the way out is named", traced["stderr"]
        yield len(traced["stderr"].splitlines()) == 1, "in one line", traced["stderr"]
        yield not result.facts["log"], "no log is begun"
        yield doctor["code"] == CANNOT_TRACE, "the doctor exits with 3", f"{doctor}"
        lacks = [line[5:].split()[0] for line in doctor["stdout"].splitlines()
                 if line.startswith("FAIL")]
        yield lacks == [NAME, "tracing"], "it lacks the switch", f"{doctor}"


@scenario
class OffUnseen(Attempts):
    """Only the self-test can notice, as a file that reads 1 is mounted over the switch. The switch of
    function tracing is not used: Linux 6.1 loses function tracing when programs are detached then."""

    name = "programs_that_are_not_called_are_found_by_the_self_test"
    preemption = True

    def traffic(self, bed):
        if kprobes.way() == "fentry":
            return
        (bed.dir / "one").write_text("1\n")
        hide = f"mount --bind one {KPROBES} && exec \"$@\""
        KPROBES.write_text("0")
        try:
            self.attempt(bed, "traced", "-o", "siftr.log", "--duration", "0.5",
                         before=(UNSHARE, "-m", "sh", "-c", hide, "sh"))
        finally:
            KPROBES.write_text("1")

    def judge(self, result):
        if result.way == "fentry":
            yield True, "figures: tried where kprobes are used"
            return
        traced = result.facts["traced"]
        if result.way == "typed kprobe":
            yield traced["code"] == 0, "the fentry programs behind log the packets", f"{traced}"
            return
        yield traced["code"] == CANNOT_TRACE, "tracing is refused with 3", f"{traced}"
        yield any(hook in traced["stderr"] for hook in HOOKS), "a hook is named", traced["stderr"]


@scenario
class Tested(Attempts):
    name = "the_self_test_is_in_no_log_and_no_count"

    def traffic(self, bed):
        self.attempt(bed, "seen", "-v", "-o", "siftr.log", "--stats", "stats.json",
                     "--duration", "0.5")
        bed.save("seen.txt", (bed.dir / "siftr.log").read_text())
        # The loopback of a new network namespace is down.
        self.attempt(bed, "none", "-v", "-o", "none.log", "--duration", "0.5",
                     before=(UNSHARE, "-n"))

    def judge(self, result):
        seen, none = result.facts["seen"], result.facts["none"]
        yield seen["code"] == 0, "it traces", f"{seen}"
        yield "self-test: the hooks have seen" in seen["stderr"], "the self-test ran", seen["stderr"]
        yield len(result.text("seen.txt").splitlines()) == 2, "no line is in the log"
        accounting = json.loads(result.text("stats.json"))
        counts = [accounting[way]["hook_runs"] for way in ("in", "out")]
        yield counts == [0, 0], "no packet is counted", f"{accounting}"
        yield accounting["flows"] == 0 and not accounting["merged"], "nor any flow", f"{accounting}"
        yield none["code"] == 0, "without a loopback it traces all the same", f"{none}"
        yield "no self-test" in none["stderr"], "and says so with -v", none["stderr"]


def wait_for_report(bed, words):
    wait_for(lambda: words in bed.tracer.messages(), f"report that it '{words}'", limit=60)


@scenario
class OffWhile(Scenario):
    name = "function_tracing_switched_off_is_reported_and_counted"
    tracer_args = ("--strict", "--stats", "stats.json")
    capture = False
    timeout = 120
    switch = NAME

    @staticmethod
    def turn(value):
        return turn(value)

    @staticmethod
    def is_meanwhile(result, lines):
        """Whether the connection of the time in which it was off has as many lines as it should."""
        return lines < ROUNDS

    def talk(self, bed, port):
        listener = bed.b.listen(port)
        client = bed.a.connect(bed.b.addr4, port)
        server, _ = listener.accept()
        for _ in range(ROUNDS):
            client.sendall(b"x")
            server.recv(1)
            server.sendall(b"x")
            client.recv(1)

    def traffic(self, bed):
        self.talk(bed, 1001)
        off = self.turn("0")
        bed.note("off", off)
        try:
            if off:
                wait_for_report(bed, "has been set to 0")
            self.talk(bed, 1002)
        finally:
            self.turn("1")
        if off:
            wait_for_report(bed, "is 1 again")
        self.talk(bed, 1003)

    def judge(self, result):
        stderr, accounting = result.text("tracer.stderr"), json.loads(result.text("stats.json"))
        lines = [sum(f",{port}," in line for line in result.text("siftr.log").splitlines()[1:-1])
                 for port in (1001, 1002, 1003)]
        if not result.facts["off"]:
            yield result.exit_code == 0, "the kernel keeps it on, exit code 0", stderr
            yield min(lines) >= 4 * ROUNDS, "all is logged", f"{lines}"
            yield accounting["unobserved_ns"] == 0, "nothing was unobserved", f"{accounting}"
            return
        yield result.exit_code == LOSSES, f"with --strict exit code {LOSSES}", f"{result.exit_code}"
        yield stderr.count(f"{self.switch} has been set to 0") == 1, "switching off is reported once", stderr
        yield stderr.count(f"{self.switch} is 1 again") == 1, "switching on is reported once", stderr
        # Each byte is sent and received; all three connections close after it is on again.
        yield (min(lines[0], lines[2]) >= 4 * ROUNDS, "what came before and after is logged",
               f"{lines}")
        yield self.is_meanwhile(result, lines[1]), "of what came meanwhile what should be", f"{lines}"
        yield accounting["unobserved_ns"] > 0, "the time is in the accounting", f"{accounting}"
        yield "UNOBSERVED" in stderr, "in words as well", stderr
        yield accounting["unexplained"] == 0, "the accounting balances", f"{accounting}"
        yield True, f"figures: {accounting['unobserved_ns'] / 1e9:.2f} s unobserved"


def schedule():
    """--burst so that one burst begins some seconds from now, and the next much later."""
    now = int(time.time())
    return next((begin, f"5s/{period}s") for begin in range(now + 9, now + 99)
                for period in range(60, 3600) if begin % period == 0)


@scenario
class OffInFront(OffWhile):
    """A test build puts a second program in front of each hook's first one as soon as packets count. If it
    did while the switch is off, Linux 6.1 would not call the programs of any later run."""

    name = "no_program_is_put_in_front_of_another_while_function_tracing_is_off"
    tracer = None
    thorough = True

    def traffic(self, bed):
        if os.environ.get("SIFTR_BPF_FORCE") not in competing.FRONTS:
            return
        os.environ["SIFTR_BPF_REINFORCED"] = "1"
        begin, burst = schedule()
        before = kernelprogs.everything()
        first = bed.start_tracer(("-v", "--burst", burst), log="first.log", ready=False)
        wait_for_report(bed, "tracing every")
        off = turn("0")
        try:
            bed.note("in time", time.time() < begin)
            wait_for_report(bed, "a burst has begun")
            time.sleep(0.5)
            bed.note("while off", first.messages())
        finally:
            turn("1")
        if off:
            wait_for_report(bed, "is 1 again")
        self.talk(bed, 1001)
        first.stop()
        stopping.wait_for_programs(before)
        later = bed.start_tracer(("--quiet",), log="later.log")
        self.talk(bed, 1002)
        bed.settle()
        later.stop()

    def judge(self, result):
        if "in time" not in result.facts:
            yield None, "a second program", "only a test build attaches it at once"
            return
        yield result.facts["in time"], "the switch was off when the burst began"
        text = result.facts["while off"]
        yield not competing.IN_FRONT.search(text), "no program is put in front meanwhile", text
        for log, port in (("first.log", 1001), ("later.log", 1002)):
            lines = sum(f",{port}," in line for line in result.text(log).splitlines()[1:-1])
            yield lines >= 4 * ROUNDS, f"{log} has what came when it was on", f"{lines} lines"


@scenario
class ChangedWhile(Scenario):
    """The program that is told of another congestion control is not called meanwhile."""

    name = "cc_changed_while_function_tracing_is_off_is_found_when_it_is_on"
    tracer_args = ("--cc", "reno", "--format", "csv", "--fields", "+cc_name")
    capture = False
    timeout = 120

    def traffic(self, bed):
        client, server = talk.open_pair(bed)
        talk.exchange(client, server, 100, 100)
        off = turn("0")
        try:
            if off:
                wait_for_report(bed, "has been set to 0")
            talk.set_control(client, "reno")
        finally:
            turn("1")

        def is_found():
            talk.exchange(client, server, 100, 100)
            return b"reno" in (bed.dir / "siftr.log").read_bytes()

        wait_for(is_found, "line of the connection", limit=60)
        bed.note("found", time.time())
        for _ in range(ROUNDS):
            talk.exchange(client, server, 100, 100)
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.ran_well(result)
        rows = field_rows.parse(result.log_text)
        after = [row for row in rows if row["fport"] == str(talk.PORT)
                 and float(row["time"]) >= result.facts["found"]]
        yield len(after) >= 2 * ROUNDS, "its packets are logged", f"{len(after)} of {len(rows)}"
        names = {row["cc_name"] for row in rows}
        yield names == {"reno"}, "those of no other congestion control are", f"{names}"
