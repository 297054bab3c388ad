"""Very many flows: says of each flow how many lines it must have, by where its packets go.

Columns are not compared and no explanation is searched for: the contract alone is held, flow by
flow and direction by direction.
"""

from collections import Counter

from judge import common, log_invariants, pcap, siftrlog, tcp_connections
from judge.pcap import RST
from judge.replay import LINE, order
from judge.tcp_model import GONE, SKIPPED, TW


def captured(result, hosts=common.ADDRESSES):
    """4-tuple -> Counter of (direction, place) over the captures of all hosts."""
    flows = {}
    for host, addresses in hosts.items():
        packets = pcap.read(result.pcap(host))
        for conn in tcp_connections.split(host, addresses, packets):
            places = flows.setdefault(conn.flow, Counter())
            places.update(finals(conn))
    return flows


def finals(conn):
    """(direction, place) of each packet, also behind the connection's end: a reset takes the
    time-wait socket away."""
    reset = False
    for way, packet, place, _ in order(conn):
        if way == "i" and place == TW and reset:
            place = GONE
        reset = reset or (way == "i" and place == TW and packet.has(RST))
        yield way, place


def checks(result, connections):
    """The contract of a run at one line per packet, with both ends of so many connections."""
    yield from common.ran_well(result)
    log = siftrlog.parse(result.log_text)
    yield from common.well_formed(log)
    run = log.run
    yield from log_invariants.checks(run)
    yield from census(run, 2 * connections)
    flows = captured(result)
    yield len(flows) == 2 * connections, "the captures hold every flow", f"{len(flows)}"
    yield (set(flows) == set(run.flows), "the flow list is the flows of the captures",
           f"{sorted(set(flows) ^ set(run.flows))[:4]}")
    yield from counts(result, run, flows)


def census(run, wanted):
    ids = {line.flowid for line in run.lines}
    flows = {line.flow for line in run.lines}
    yield len(run.flows) == wanted, f"{wanted} flows are in the list", f"{len(run.flows)}"
    yield (len(ids) == len(flows) == wanted, "every flow has an id of its own",
           f"{len(ids)} ids for {len(flows)} flows")


def counts(result, run, flows):
    """Lines and skipped packets, flow by flow, but for packets that counters of the kernel tell
    were merged in a backlog, or the books that a hook was suppressed or a record lost."""
    found = Counter((line.flow, line.direction) for line in run.lines)
    for letter, word in (("i", "inbound"), ("o", "outbound")):
        short = {key: (found[key, letter], places[letter, LINE]) for key, places in flows.items()
                 if found[key, letter] != places[letter, LINE]}
        lacking = sum(want - got for got, want in short.values())
        allowed = excused(result, run, letter)
        yield (lacking == allowed and all(got < want for got, want in short.values()),
               f"each flow has one line for each packet, {letter}",
               f"{lacking} lack their line, {allowed} excused: {list(short.items())[:4]}")
        total = sum(flows.values(), Counter())
        total[letter, TW] += total[letter, GONE]
        for place, why in ((SKIPPED, "tcpcb"), (TW, "inpcb")):
            told = run.footer[f"num_{word}_skipped_pkts_{why}"]
            yield (told == total[letter, place], f"skipped as {why} is what the captures tell, "
                   f"{letter}", f"{told}, captures {total[letter, place]}")
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
