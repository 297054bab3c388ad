"""Judges runs of very many flows by counts: each flow has as many lines as its packets require.

Columns are not compared and lost packets are not searched for. Only the counts are checked, by flow
and direction.
"""

from collections import Counter

from judge import common, log_invariants, pcap, siftrlog, tcp_connections
from judge.pcap import RST
from judge.packet_match import LINE, order
from judge.tcp_model import GONE, SKIPPED, STRAY, TW


def captured(result, hosts=common.ADDRESSES):
    """4-tuple -> Counter of (direction, fate) over the captures of all hosts."""
    flows = {}
    for host, addresses in hosts.items():
        packets = pcap.read(result.pcap(host))
        for conn in tcp_connections.split(host, addresses, packets):
            fates = flows.setdefault(conn.flow, Counter())
            fates.update(fates_of(conn))
    return flows


def fates_of(conn):
    """(direction, fate) of each packet, also after the end of the connection: a reset removes the
    time-wait socket."""
    reset = False
    for way, packet, fate, _ in order(conn):
        if way == "i" and fate == TW and reset:
            fate = GONE
        reset = reset or (way == "i" and fate == TW and packet.has(RST))
        yield way, fate


def checks(result, connections):
    """A run at one line per packet, with both ends of that many connections."""
    yield from common.ran_well(result)
    log = siftrlog.parse(result.log_text)
    yield from common.well_formed(log)
    run = log.run
    yield from log_invariants.checks(run)
    yield from flow_counts(run, 2 * connections)
    flows = captured(result)
    yield len(flows) == 2 * connections, "the captures hold every flow", f"{len(flows)}"
    yield (set(flows) == set(run.flows), "the flow list is the flows of the captures",
           f"{sorted(set(flows) ^ set(run.flows))[:4]}")
    yield from counts(result, run, flows)


def flow_counts(run, wanted):
    ids = {line.flowid for line in run.lines}
    flows = {line.flow for line in run.lines}
    yield len(run.flows) == wanted, f"{wanted} flows are in the list", f"{len(run.flows)}"
    yield (len(ids) == len(flows) == wanted, "every flow has an id of its own",
           f"{len(ids)} ids for {len(flows)} flows")


def counts(result, run, flows):
    """Lines and skipped packets of each flow. As many lines may be missing as the kernel counted
    packets merged in a backlog and the program reported suppressed hooks and lost records."""
    found = Counter((line.flow, line.direction) for line in run.lines)
    for letter, word in (("i", "inbound"), ("o", "outbound")):
        short = {key: (found[key, letter], fates[letter, LINE]) for key, fates in flows.items()
                 if found[key, letter] != fates[letter, LINE]}
        lacking = sum(want - got for got, want in short.values())
        allowed = excused(result, run, letter)
        yield (lacking == allowed and all(got < want for got, want in short.values()),
               f"each flow has one line for each packet, {letter}",
               f"{lacking} lack their line, {allowed} excused: {list(short.items())[:4]}")
        total = sum(flows.values(), Counter())
        # Nobody is left to send a reset but what takes the place of a closed socket.
        total[letter, TW] += total[letter, GONE] + total[letter, STRAY]
        for fate, why in ((SKIPPED, "tcpcb"), (TW, "inpcb")):
            counted = run.footer[f"num_{word}_skipped_pkts_{why}"]
            yield (counted == total[letter, fate], f"skipped as {why} is what the captures show, "
                   f"{letter}", f"{counted}, captures {total[letter, fate]}")
        yield True, (f"figures: {letter}: captured {total[letter, LINE]} + "
                     f"{total[letter, SKIPPED]} + {total[letter, TW]} lines "
                     f"{sum(found[key, letter] for key in flows)} excused {allowed} "
                     f"unexplained {lacking - allowed}")


def excused(result, run, letter):
    word = {"i": "inbound", "o": "outbound"}[letter]
    total = result.missed(letter)
    total += run.footer[f"num_{word}_skipped_pkts_malloc"]
    if letter == "i":
        total += sum(result.nstat(host).get("TcpExtTCPBacklogCoalesce", 0)
                     for host in common.ADDRESSES)
    return total
