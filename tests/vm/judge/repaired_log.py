"""Judges the repaired log of a killed run: it has nothing but what the captures show."""

from judge import common, log_invariants, program_report, sampled, siftrlog
from judge.packet_match import LINE, order
from judge.verdict import Verdict

# The greatest age of a checkpoint when the run is killed, and what the emulated machine adds.
AGE_US = 100000
PATIENCE_US = 100000
# The signal must reach the CPU on which the program runs.
DELIVERY_US = 20000


class Killed:
    """A result whose killed run reported nothing; `missed` is what the kernel counted of it."""

    def __init__(self, result, missed):
        self.result = result
        self.stderr_text = "\n".join(f"{runs} runs of {hook} suppressed by the kernel"
                                    for hook, runs in missed.items())

    def missed(self, direction):
        return program_report.missed(self.stderr_text, direction)

    def __getattr__(self, name):
        return getattr(self.result, name)


def repaired(fact, runs=1):
    """What both repairs and the check report of a log with `runs` killed runs."""
    first, second = fact["repairs"]
    log = fact["log"]
    yield first["code"] == 0, f"{log}: repair ends with 0", f"{first}"
    # A run killed within its footer has its counts already.
    completed = first["out"].count("footer completed")
    yield (first["out"].count("footer written") + completed == runs,
           f"{log}: it reports {runs} footer(s)", first["out"] + first["err"])
    kept = len(fact["kept"])
    yield (first["out"].count("from the checkpoint of") + completed == kept,
           f"{log}: {kept} checkpoint(s) were left and used", first["out"] + first["err"])
    yield not first["left"], f"{log}: no checkpoint is left", f"{first['left']}"
    yield (second["code"] == 0 and "nothing to repair" in second["out"]
           and second["text"] == first["text"] and not second["err"],
           f"{log}: a second repair finds nothing and changes nothing", f"{second}")
    yield fact["check"] == 0, f"{log}: check finds no defect", fact["verdict"]


def read(result, fact, runs=1):
    """(log, checks that it is well-formed)"""
    log = siftrlog.parse(result.text(fact["log"]))
    return log, list(common.well_formed(log, runs))


def limits(result, moment):
    """(oldest, youngest) in microseconds: packets before the oldest moment must be counted, packets
    after the youngest must not."""
    held_up = result.held_up(moment, moment) * 1e6
    return moment * 1e6 - AGE_US - PATIENCE_US - held_up, moment * 1e6 + DELIVERY_US + held_up


def run_of(result, log):
    """(start of the run, verdict over the connections that began during it)"""
    start = common.run_window(log.run)[0]
    return start, Verdict(result, log.run, common.ADDRESSES, cut=True,
                          window=(start, start + 60 * 10**6))


def under_load(result, fact, moment, missed):
    """A run at one line per packet, killed at `moment`, in seconds."""
    result = Killed(result, missed)
    yield from repaired(fact)
    log, checks = read(result, fact)
    yield from checks
    if not log.run or not log.run.footer or not log.run.lines:
        return
    yield from log_invariants.checks(log.run)
    _, verdict = run_of(result, log)
    last = max(line.time_us for line in log.run.lines)
    if missed:
        # A hook that was interrupted logs the socket as the interrupting packet left it.
        yield None, "every line is its packet", f"the kernel suppressed runs of hooks: {missed}"
    else:
        yield from as_captured(verdict, last)
    lost = {way: sum(path.lost(way) for _, path in verdict.replays) for way in "io"}
    yield from accounted(verdict, lost, *limits(result, moment))
    yield True, (f"figures: lines {len(log.run.lines)}, lost {verdict.malloc('i')} + "
                 f"{verdict.malloc('o')}, last line {moment * 1e3 - last / 1e3:.1f} ms before the "
                 f"kill, cut {fact['before']} bytes, "
                 f"{fact['repairs'][0]['err'].count('of a truncated line')} truncated")


def as_captured(verdict, last_us):
    """Line by line the packets of the captures, up to the last line."""
    yield from common.agree(verdict)
    late = verdict.late(last_us)
    yield (not late, "every packet before the last line has its line",
           "; ".join(packet.describe() for packet in late[:4]))


def accounted(verdict, lost, oldest_us, youngest_us):
    """The packets without a line: as many as the footer says, but for the youngest."""
    for way in "io":
        rest = [packet for _, path in verdict.replays for direction, packet in path.rest
                  if direction == way]
        counted, unseen = verdict.malloc(way), verdict.missed(way)
        in_time = [packet for packet in rest if packet.time_us <= youngest_us]
        yield (counted <= len(in_time) + lost[way], f"no packet is made up, direction {way}",
               f"{counted} counted, {len(in_time)} captured after the last line, {lost[way]} before")
        old = [packet for packet in rest if packet.time_us < oldest_us]
        yield (len(old) + lost[way] <= counted + unseen,
               f"packets older than the checkpoint are counted, direction {way}",
               f"{len(old)} + {lost[way]} old packets without a line, {counted} counted, "
               f"{unseen} missed")


def sampling(result, fact, moment, ppl):
    """A run at one line for `ppl` packets, killed at `moment`: its totals are within limits."""
    yield from repaired(fact)
    log, checks = read(result, fact)
    yield from checks
    if not log.run or not log.run.footer:
        return
    yield from log_invariants.checks(log.run, ppl)
    _, view = run_of(result, log)
    oldest, youngest = limits(result, moment)
    footer = log.run.footer
    for way, word in (("i", "inbound"), ("o", "outbound")):
        times = [packet.time_us for conn in view.traced
                 for direction, packet, fate, _ in order(conn)
                 if direction == way and fate in (LINE, "skipped", "tw")]
        most = sum(1 for time in times if time <= youngest)
        least = sum(1 for time in times if time < oldest)
        merged = sum(view.result.nstat(host)["TcpExtTCPBacklogCoalesce"] for host in "ab")
        total = footer[f"num_{word}_tcp_pkts"]
        yield (least - (merged if way == "i" else 0) <= total <= most,
               f"the footer counts the {word} packets up to a moment before the kill",
               f"{total}, captures {least} to {most}, {merged} merged")
    yield (set(log.run.flows) <= set(view.by_flow()), "no flow is made up", f"{log.run.flows}")
    yield True, f"figures: total {footer['total_tcp_pkts']}, lines {len(log.run.lines)}"


def at_rest(result, ppl):
    """Killed when all was quiet: at any ppl the footer is exactly that of the packets."""
    fact = result.facts["repair"]
    result = Killed(result, result.facts["kill"]["missed"])
    yield from repaired(fact)
    log, checks = read(result, fact)
    yield from checks
    yield from log_invariants.checks(log.run, ppl)
    view = Verdict(result, log.run, common.ADDRESSES)
    if ppl == 1:
        yield from common.balance(view)
        yield from common.agree(view)
    footer = log.run.footer
    yield from sampled.totals(view, log.run)
    lost = [footer[f"num_{way}_skipped_pkts_malloc"] for way in ("inbound", "outbound")]
    yield lost == [0, 0], "no packet counts as lost", f"{lost}"
    flows = {conn.flow for conn in view.traced if any(fate == LINE for _, _, fate, _ in
                                                      order(conn))}
    yield (set(log.run.flows) == flows, "every flow that was connected is in the list",
           f"{sorted(set(log.run.flows) ^ flows)[:4]}")
    yield True, (f"figures: {footer['total_tcp_pkts']} packets, {len(log.run.lines)} lines, "
                 f"{len(flows)} flows")


def refused(result, attempts):
    """Connections to ports where nobody listens: a SYN and a RST each, at the client's closed socket
    and at the server, which has none."""
    fact = result.facts["repair"]
    yield from repaired(fact)
    log, checks = read(result, fact)
    yield from checks
    yield from log_invariants.checks(log.run)
    footer = log.run.footer
    ends = ("tcpcb", "inpcb") if program_report.counts_late(result.stderr_text) else ("tcpcb",)
    found = [footer[f"num_{way}_skipped_pkts_{why}"] for way in ("inbound", "outbound")
             for why in ends]
    yield (set(found) == {attempts} and footer["total_tcp_pkts"] == attempts * len(found),
           "the footer counts every SYN and every RST", f"{found}, {footer}")
    yield not log.run.flows, "none of them is a flow", f"{log.run.flows}"


def among_others(result, killed, runs):
    """Several runs of one log, `killed` of them killed at rest; the kernel told what each missed."""
    fact = result.facts["repair"]
    yield from repaired(fact, killed)
    log, checks = read(result, fact, runs)
    yield from checks
    views = [Verdict(Killed(result, missed), run, common.ADDRESSES, window=common.run_window(run))
             for run, missed in zip(log.runs, result.facts["missed"])]
    for run, view in zip(log.runs, views):
        yield from log_invariants.checks(run)
        yield from common.balance(view)
        yield from common.agree(view)
    yield common.merged_by_all(views)


def while_starting(result, fact):
    """Whatever there is of a log is repaired; one without a run is as bad to repair as to check."""
    text = result.text(fact["log"])
    for repair in fact["repairs"]:
        yield repair["code"] == (0 if text else 1), f"{fact['log']}: repair ends as check", f"{repair}"
    yield not fact["repairs"][0]["left"], "no checkpoint is left", f"{fact['repairs'][0]}"
    if text:
        yield from read(result, fact)[1]
    yield fact["check"] == (0 if text else 1), "check finds a good log or none", fact["verdict"]
