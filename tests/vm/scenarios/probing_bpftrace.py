"""The USDT probes by bpftrace, whose libraries make a guest half as large again: a guest of its own."""

import re
import signal
import subprocess
from pathlib import Path

from bed import usdt
from bed.scenario import Scenario, scenario
from bed.tracer import PROGRAM
from bed.waiting import PATIENCE, wait_for
from judge import common, siftrlog
from scenarios import talk

THOROUGH = None
CONNECTIONS = 10
BPFTRACE = "/usr/bin/bpftrace"
SCRIPT = f"""
struct row {{ uint64_t time_us; uint16_t lport; uint16_t fport; uint32_t snd_ssthresh; uint32_t snd_cwnd; }}
usdt:{PROGRAM}:siftr_bpf:line {{
	$row = (struct row *)arg4;
	@lines[arg0, arg1, str(arg2), $row->lport, str(arg3), $row->fport] = count();
	@cwnd[arg0] = sum($row->snd_cwnd);
}}
usdt:{PROGRAM}:siftr_bpf:flow_begin {{ @begun[arg0, str(arg1), arg2, str(arg3), arg4] = count(); }}
usdt:{PROGRAM}:siftr_bpf:loss {{ @lost[str(arg0), arg1] = sum(arg2); }}
"""
ENTRY = re.compile(r"^@(\w+)\[(.*)\]: (\d+)$", re.M)


def entries(text, name):
    """{words of a key: value} of a map that bpftrace has printed."""
    return {tuple(key.split(", ")): int(value) for of, key, value in ENTRY.findall(text) if of == name}


@scenario
class ByBpftrace(Scenario):
    name = "bpftrace_counts_the_lines_and_flows_of_the_log"
    programs = (BPFTRACE,)
    timeout = 300

    def traffic(self, bed):
        bed.note("installed", Path(BPFTRACE).exists())
        if not bed.facts["installed"]:
            return
        elf, pid = usdt.Elf(PROGRAM), bed.tracer.pid
        with open(bed.dir / "bpftrace.txt", "wb") as out:
            counting = subprocess.Popen([BPFTRACE, "-p", str(pid), "-e", SCRIPT], stdout=out, stderr=out)
        wait_for(lambda: counting.poll() is not None or set(elf.semaphores(pid).values()) == {1},
                 "bpftrace to attach", 120)
        listener = bed.b.listen(talk.PORT)
        pairs = [talk.open_pair(bed, listener=listener) for _ in range(CONNECTIONS)]
        talk.converse(pairs)
        talk.close_all(pairs)
        bed.settle()
        bed.tracer.stop()
        counting.send_signal(signal.SIGINT)
        counting.wait(60 * PATIENCE)

    def judge(self, result):
        if not result.facts["installed"]:
            yield None, "bpftrace counts lines and flows", "bpftrace is not installed: make deps"
            return
        yield from common.complete_run(result)
        text, lines = result.text("bpftrace.txt"), siftrlog.parse(result.log_text).run.lines
        logged, cwnd, flows = {}, {}, set()
        for line in lines:
            way, ends = str("io".index(line.direction)), tuple(map(str, line.flow))
            key = (way, str(line.flowid), *ends)
            logged[key] = logged.get(key, 0) + 1
            cwnd[way,] = cwnd.get((way,), 0) + line.snd_cwnd
            flows.add((str(line.flowid), *ends))
        counted = entries(text, "lines")
        yield counted == logged and len(lines) > 0, "lines of each flow and direction, as in the log", text
        yield entries(text, "cwnd") == cwnd, "and the sum of their congestion windows", f"{cwnd}: {text}"
        yield entries(text, "begun") == dict.fromkeys(flows, 1), "flow_begin once for each flow", text
        yield not entries(text, "lost"), "no loss, as in the accounting", text
        yield True, f"figures: {len(lines)} lines, {len(flows)} flows, {result.seconds} s in the guest"
