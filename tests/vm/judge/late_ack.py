"""The late ACKs of a DCTCP receiver, which explain lines that disagree with the packets.

When the congestion mark of arriving data changes, DCTCP first takes the packet and then acknowledges
only what had arrived before it. That ACK number is lower than rcv_nxt, but the window still counts from
rcv_nxt, so that the right edge of the window is not where the packet puts it.
"""

from judge import line_packet_pairs, packet_flags


def late_acks(columns):
    """Line number of each ACK for less than had arrived -> (line, packet, bytes less)."""
    return {line.number: (line, packet, (want - got) & 0xFFFFFFFF)
            for _, got, want, line, packet in columns["replay"][1]}


def shifted(run, columns):
    """Line number -> bytes by which the late ACK puts the window's edge too low. It concerns the lines
    of the flow up to the next packet sent, which offers a new window."""
    found = {}
    for line, _, less in late_acks(columns).values():
        for one in run.lines:
            if one.number > line.number and one.flow == line.flow:
                found[one.number] = less
                if one.direction == "o":
                    break
    return found


def explained(run, columns):
    """(columns without what late ACKs explain, number of late ACKs)."""
    late, edges_low = late_acks(columns), shifted(run, columns)
    count, edges = columns["rcv_wnd"]
    edges = [wrong for wrong in edges
             if wrong[1] - wrong[2] != edges_low.get(wrong[3].number)]
    others = [wrong for wrong in columns["replay"][1] if not is_late_ack(wrong)]
    return {**columns, "rcv_wnd": (count, edges), "replay": (count, others)}, len(late)


def is_late_ack(wrong):
    """A pure ACK that lacks at most one packet of two segments."""
    _, got, want, line, packet = wrong
    return packet.payload == 0 and 0 < (want - got) & 0xFFFFFFFF <= 2 * line.max_seg_size


def unprovoked(result, verdict, columns):
    """Late ACKs that do not follow a change of marks in the data that arrived last."""
    late = late_acks(columns)
    marked = packet_flags.congestion_marked(result.pcap("d"))
    _, pairs = line_packet_pairs.flow(verdict, "d")
    recent = []
    for pair in pairs:
        if pair.line.direction == "i" and pair.packet.payload:
            recent = recent[-1:] + [pair.packet.index in marked]
        elif pair.line.number in late and len(set(recent)) < 2:
            yield pair.line.number


def explain(result, verdict, columns):
    strange = list(unprovoked(result, verdict, columns))
    left, count = explained(verdict.run, columns)
    return left, [
        (not strange, "a late ACK follows a change of marks", f"lines {strange[:6]}"),
        (True, f"figures: {count} ACKs for what came before a change of marks")]
