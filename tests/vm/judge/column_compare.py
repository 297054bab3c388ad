"""Compares the columns of a data line with what tcpdump captured: the line's packet and those before
it, from which tcp_model knows the endpoint's state."""

from judge import packet_flags, sequence, tcp_model
from judge.pcap import OPT_SACK

# t_flags bits that packets decide; the others need the socket's own knowledge.
SENT_FIN, REQ_SCALE, RCVD_SCALE, REQ_TSTMP, RCVD_TSTMP, SACK_PERMIT, RXWIN0SENT = (
    0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x80000)
KNOWN_FLAGS = (SENT_FIN | REQ_SCALE | RCVD_SCALE | REQ_TSTMP | RCVD_TSTMP | SACK_PERMIT |
               RXWIN0SENT)
CLOSING_STATES = (6, 7, 8, 9)
# Beside timestamps there is room for three blocks.
SACK_ROOM = 3
EARLY_CLOSE = {(4, 6), (5, 8)}

# A line and its packet are stamped by different hooks a moment apart.
CLOCK_SLACK_US = 1000
LAG_LIMIT_US = 1000000

# Set by a run with the fallback "queue", which sees sent packets where they have their headers.
header_is_made = False


def not_held_up(begin, end):
    """Until a run says how long its guest waited for the host between two moments in seconds."""
    return 0.0


# Set by a run. A backlog or a softirq thread that waits with its guest is no lag of the tracer.
held_up = not_held_up


def wanted_flags(end, state, last_window):
    flags = 0
    if end.both(tcp_model.OPT_WSCALE):
        flags |= REQ_SCALE | RCVD_SCALE
    if end.timestamps:
        flags |= REQ_TSTMP | RCVD_TSTMP
    if end.sack:
        flags |= SACK_PERMIT
    if state in CLOSING_STATES:
        flags |= SENT_FIN
    if last_window == 0:
        flags |= RXWIN0SENT
    return flags


def segments(length, mss):
    return -(-length // mss)


def span(low, high):
    return (high - low) & sequence.SEQ


def held(line, end, packet):
    """Bytes in the reassembly queue: the values they may have. An ACK may leave while a packet is
    being queued, before its range is noted; the ACK's own SACK blocks tell, unless there was no
    room for all of them: then the newest range may lack what its blocks lack, and nothing else."""
    blocks = packet.options.get(OPT_SACK, ())
    if line.direction == "i" or not blocks or not end.ooo:
        return (end.held,)
    queued = packet_flags.held_blocks(packet)
    if len(blocks) < SACK_ROOM:
        return (sum(span(*block) for block in queued),)
    low, high = end.ooo[-1]
    noted = sum(span(*block) for block in queued
                if not sequence.before(block[0], low) and not sequence.after(block[1], high))
    return (end.held, end.held - span(low, high) + noted)


def queue_length(line, end, packet, mss):
    lengths = [segments(length, mss) for length in held(line, end, packet)]
    return line.t_segqlen if line.t_segqlen in lengths else lengths[0]


def is_early_close(line, end, closes):
    """The application has closed, but its FIN still waits for queued data to be sent."""
    return closes and (end.state, line.conn_state) in EARLY_CLOSE


def windows(line, end, packet):
    """(what is left of the window last offered, the window of the packet sent last) at the line."""
    if header_is_made and line.direction == "o":
        return (packet.window << end.rcv_scale,) * 2
    return end.rcv_wnd, end.offered


def wanted(line, end, packet):
    """Column -> (got, want) for everything packets can tell."""
    payload_mss = end.mss - (12 if end.timestamps else 0)
    left, last = windows(line, end, packet)
    values = {
        "conn_state": (line.conn_state, end.state),
        "snd_wnd": (line.snd_wnd, end.snd_wnd),
        "rcv_wnd": (line.rcv_wnd, left),
        "snd_scale": (line.snd_scale, end.snd_scale),
        "rcv_scale": (line.rcv_scale, end.rcv_scale),
        "max_seg_size": (line.max_seg_size, end.mss),
        "sack_enabled": (line.sack_enabled, end.sack),
        "sent_inflight_bytes": (line.sent_inflight_bytes, end.in_flight(packet, line.direction)),
        "t_flags": (line.t_flags & KNOWN_FLAGS, wanted_flags(end, line.conn_state, last)),
        "t_segqlen": (line.t_segqlen, queue_length(line, end, packet, payload_mss)),
    }
    if end.crowded:
        values["t_segqlen"] = (line.t_segqlen > 0, True)
    return values


def unacked_payload(line, end, packet):
    """Bytes in flight without a FIN, which is no part of the send buffer."""
    fin_sent = end.fin_end is not None and end.snd_una != end.fin_end
    fin_now = line.direction == "o" and packet.has(tcp_model.FIN)
    return max(end.in_flight(packet, line.direction) - int(fin_sent or fin_now), 0)


def bounds(line, end, packet):
    """Column -> (got, low, high): what packets bound without fixing it."""
    values = {"snd_buf_cc": (line.snd_buf_cc, unacked_payload(line, end, packet), 0xFFFFFFFF)}
    lag = line.time_us - packet.time_us if line.direction == "i" else (
        packet.time_us - line.time_us)
    values["time"] = (lag, -CLOCK_SLACK_US, lag_limit_us(lag, packet.time_us))
    return values


def lag_limit_us(lag, at_us):
    """How late a line may be: a second of the guest's own time."""
    if lag <= LAG_LIMIT_US:
        return LAG_LIMIT_US
    return LAG_LIMIT_US + round(held_up(at_us / 1e6, (at_us + lag) / 1e6) * 1e6)


def compare(line, end, packet):
    """[(column, got, want)] for the columns that differ."""
    wrong = [(name, got, want) for name, (got, want) in wanted(line, end, packet).items()
             if got != want]
    wrong += [(name, got, f"{low}..{high}")
              for name, (got, low, high) in bounds(line, end, packet).items()
              if not low <= got <= high]
    # Not a column: the packet's own ACK shows whether the replay is where the stack was.
    if line.direction == "o" and packet.has(tcp_model.ACK) and packet.ack != end.rcv_nxt:
        wrong.append(("replay", packet.ack, end.rcv_nxt))
    return wrong


COMPARED = ("conn_state", "snd_wnd", "rcv_wnd", "snd_scale", "rcv_scale", "max_seg_size",
            "sack_enabled", "sent_inflight_bytes", "t_flags", "t_segqlen", "snd_buf_cc", "time",
            "replay")
