"""One TCP endpoint, replayed from the packets that its host captured.

The model holds what packets can show of a Linux socket before the next packet is processed, and tells
of each packet whether the socket is then in a state that is logged. The rules follow RFC 9293 and the
order of steps in Linux's receive path.
"""

import copy

from judge.pcap import ACK, FIN, OPT_MSS, OPT_SACK_OK, OPT_TIMESTAMPS, OPT_WSCALE, RST, SYN
from judge.sequence import SEQ, after, before, seq_max

LISTEN, REQUEST, SYN_SENT, SYN_RECV = "LISTEN", "REQUEST", "SYN_SENT", "SYN_RECV"
CLOSED, TIME_WAIT = "CLOSED", "TIME_WAIT"
ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1, CLOSING, LAST_ACK, FIN_WAIT_2 = 4, 5, 6, 7, 8, 9
LOGGED = (ESTABLISHED, CLOSE_WAIT, FIN_WAIT_1, CLOSING, LAST_ACK, FIN_WAIT_2)
RECEIVING = (ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2)

# What becomes of a packet. LINE: it is logged; SKIPPED: its socket is in a state that is not logged;
# UNSEEN: no hook sees it (request socket, stateless reply); TW: it met a time-wait socket; GONE: its
# connection has ended; STRAY: a SYN after the end or one that nobody took, or a reset in answer to a
# packet: a listener or a closed socket may have had it, or none; LATE: it met a time-wait socket or,
# had it waited in the backlog, the full socket, closed by then.
LINE, SKIPPED, UNSEEN, TW, STRAY = "line", "skipped", "unseen", "tw", "stray"
LATE, GONE = "late", "gone"

SACK_RANGES = 4


class TcpEndpoint:
    """The state of one endpoint between two packets."""

    def __init__(self, crossing=True, refused=False):
        self.state = LISTEN
        self.refused = refused  # nobody takes the first SYN
        # Newer kernels take the SYN-ACK of a simultaneous open for the ACK it holds; older ones
        # answer it with a challenge ACK and wait for the peer's.
        self.crossing = crossing
        self.snd_una = self.snd_nxt = self.snd_wnd = self.snd_wl1 = 0
        self.rcv_nxt = self.rcv_wup = self.edge = 0
        self.offered = None  # the window of the packet sent last, scaled
        self.ooo = []
        self.crowded = False
        self.own_syn = self.peer_syn = None
        self.fin_end = None
        self.peer_fin_seq = None
        self.peer_fin = False
        self.after_ack = None

    def fork(self):
        other = copy.copy(self)
        other.ooo = list(self.ooo)
        return other

    # What both SYNs agreed on.

    def both(self, option):
        return (self.own_syn is not None and self.peer_syn is not None
                and option in self.own_syn.options and option in self.peer_syn.options)

    @property
    def snd_scale(self):
        return min(self.peer_syn.options[OPT_WSCALE], 14) if self.both(OPT_WSCALE) else 0

    @property
    def rcv_scale(self):
        return min(self.own_syn.options[OPT_WSCALE], 14) if self.both(OPT_WSCALE) else 0

    @property
    def mss(self):
        return min(self.own_syn.options.get(OPT_MSS, 536), self.peer_syn.options.get(OPT_MSS, 536))

    @property
    def sack(self):
        return int(self.both(OPT_SACK_OK))

    @property
    def timestamps(self):
        return self.both(OPT_TIMESTAMPS)

    @property
    def rcv_wnd(self):
        """What is left of the window last offered."""
        return 0 if before(self.edge, self.rcv_nxt) else (self.edge - self.rcv_nxt) & SEQ

    @property
    def held(self):
        """Bytes received out of order."""
        return sum((end - start) & SEQ for start, end in self.ooo)

    def in_flight(self, packet, direction):
        nxt = self.snd_nxt if direction == "i" else seq_max(self.snd_nxt, packet.end_seq)
        return (nxt - self.snd_una) & SEQ

    # Where does this packet go?

    def fate(self, packet, direction):
        return self.place_in(packet) if direction == "i" else self.place_out(packet)

    def place_in(self, packet):
        if self.state in LOGGED:
            return LINE
        if self.state == REQUEST:
            return SKIPPED if self.completes(packet) else UNSEEN
        if self.state == TIME_WAIT:
            return TW
        if self.state in (LISTEN, CLOSED) and (packet.has(ACK) or not packet.has(SYN)):
            return GONE
        return STRAY if self.state == CLOSED or self.refused else SKIPPED

    def place_out(self, packet):
        if packet.has(RST):
            # Active resets carry an ACK and leave a socket already in CLOSE; others answer
            # a packet.
            return SKIPPED if packet.has(ACK) and packet.seq else STRAY
        if packet.has(SYN) and packet.has(ACK):
            active = self.own_syn is not None and not self.own_syn.has(ACK)
            return SKIPPED if active and self.state == SYN_RECV else UNSEEN
        if self.state in LOGGED:
            return LINE
        return SKIPPED if self.state in (LISTEN, SYN_SENT, SYN_RECV) else UNSEEN

    def completes(self, packet):
        """The handshake's third packet, which makes a socket of the request."""
        return (packet.has(ACK) and not packet.has(SYN) and not packet.has(RST)
                and self.own_syn is not None and packet.ack == (self.own_syn.seq + 1) & SEQ)

    # Outbound.

    def sent(self, packet):
        if packet.has(RST):
            if packet.has(ACK):
                self.state = CLOSED
            return
        if packet.has(SYN):
            self.sent_syn(packet)
            return
        if packet.has(FIN):
            self.fin_end = packet.end_seq
            self.close()
        self.snd_nxt = seq_max(self.snd_nxt, packet.end_seq)
        self.rcv_wup = packet.ack
        self.offered = packet.window << self.rcv_scale
        self.edge = (packet.ack + self.offered) & SEQ
        if self.after_ack is not None:
            self.state, self.after_ack = self.after_ack, None

    def close(self):
        """The application closes, or its FIN is sent, whichever shows first."""
        self.state = {ESTABLISHED: FIN_WAIT_1, CLOSE_WAIT: LAST_ACK}.get(self.state, self.state)

    def sent_syn(self, packet):
        first = self.own_syn is None
        if not first and self.own_syn.has(ACK):
            return  # The request sends it again, and nothing of a socket that fast open has made changes.
        if first:
            self.snd_una = packet.seq
            self.snd_nxt = packet.end_seq
        self.own_syn = packet if first or not packet.has(ACK) else self.own_syn
        self.edge = (packet.ack + packet.window) & SEQ
        self.rcv_wup = packet.ack
        if self.state == LISTEN and not packet.has(ACK):
            self.state = SYN_SENT
        elif self.state == REQUEST and packet.ack == self.peer_syn.end_seq and (
                self.peer_syn.payload):
            # Fast open: the data on the SYN was taken, so a socket exists already.
            self.rcv_nxt = packet.ack
            self.snd_wnd = self.peer_syn.window
            self.state = SYN_RECV

    # Inbound.

    def received(self, packet):
        handler = {LISTEN: self.in_listen, REQUEST: self.in_request, SYN_SENT: self.in_syn_sent,
                   SYN_RECV: self.in_syn_recv}.get(self.state)
        if handler:
            handler(packet)
        elif self.state in LOGGED:
            self.in_logged(packet)

    def in_listen(self, packet):
        if packet.has(SYN) and not packet.has(ACK) and not packet.has(RST):
            self.peer_syn = packet
            self.rcv_nxt = (packet.seq + 1) & SEQ
            self.state = REQUEST

    def in_request(self, packet):
        if packet.has(RST):
            self.state = CLOSED
        elif self.completes(packet):
            self.establish(packet)

    def in_syn_sent(self, packet):
        if packet.has(RST):
            self.state = CLOSED
        elif packet.has(SYN):
            self.peer_syn = packet
            self.rcv_nxt = self.rcv_wup = (packet.seq + 1) & SEQ
            self.edge = (self.rcv_nxt + self.own_syn.window) & SEQ
            self.snd_wnd = packet.window
            self.snd_wl1 = packet.seq
            if packet.has(ACK):
                self.snd_una = packet.ack
                self.state = ESTABLISHED
            else:
                self.state = SYN_RECV

    def in_syn_recv(self, packet):
        if packet.has(RST):
            self.state = CLOSED
        elif packet.has(ACK) and (self.crossing or not packet.has(SYN)):
            self.establish(packet)

    def establish(self, packet):
        """An ACK of our SYN; data may ride along. Linux scales even a SYN's window here."""
        self.state = ESTABLISHED
        self.snd_una = packet.ack
        self.snd_wnd = packet.window << self.snd_scale
        self.snd_wl1 = packet.seq
        self.take_data(packet)

    def in_logged(self, packet):
        outside = (before(packet.end_seq, self.rcv_wup)
                   or after(packet.seq, (self.rcv_nxt + self.rcv_wnd) & SEQ))
        if outside:
            return
        if packet.has(RST):
            if packet.seq == self.rcv_nxt:
                self.state = CLOSED
            return
        if packet.has(SYN) or not packet.has(ACK) or after(packet.ack, self.snd_nxt):
            return
        if not before(packet.ack, self.snd_una):
            self.take_ack(packet)
        if self.state in RECEIVING and not self.peer_fin:
            self.take_data(packet)

    def take_ack(self, packet):
        window = packet.window << self.snd_scale
        newer = after(packet.seq, self.snd_wl1)
        same = packet.seq == self.snd_wl1 and (window > self.snd_wnd or not window)
        if after(packet.ack, self.snd_una) or newer or same:
            self.snd_wl1 = packet.seq
            self.snd_wnd = window
        self.snd_una = packet.ack
        if self.fin_end is not None and self.snd_una == self.fin_end:
            self.state = {FIN_WAIT_1: FIN_WAIT_2, CLOSING: TIME_WAIT,
                          LAST_ACK: CLOSED}.get(self.state, self.state)

    def take_data(self, packet):
        if packet.has(FIN):
            self.peer_fin_seq = packet.end_seq
        if packet.end_seq == packet.seq or not after(packet.end_seq, self.rcv_nxt):
            return
        if after(packet.seq, self.rcv_nxt):
            self.hold(packet.seq, packet.end_seq)
            return
        if self.rcv_wnd == 0 and packet.payload:
            return
        self.rcv_nxt = packet.end_seq
        self.release()
        if self.peer_fin_seq is not None and self.rcv_nxt == self.peer_fin_seq:
            self.take_fin()

    def take_fin(self):
        """Linux acknowledges a FIN in FIN_WAIT_1 and FIN_WAIT_2 before it changes the state."""
        self.peer_fin = True
        if self.state == ESTABLISHED:
            self.state = CLOSE_WAIT
        elif self.state == FIN_WAIT_1:
            self.after_ack = CLOSING
        elif self.state == FIN_WAIT_2:
            self.after_ack = TIME_WAIT

    def hold(self, start, end):
        """Adds a range to the reassembly queue, joining those it touches."""
        keep = []
        for low, high in self.ooo:
            if before(high, start) or after(low, end):
                keep.append((low, high))
            else:
                start = low if before(low, start) else start
                end = seq_max(end, high)
        self.ooo = keep + [(start, end)]
        # Linux keeps four ranges as SACK blocks and forgets further ones until all are eaten.
        self.crowded = self.crowded or len(self.ooo) > SACK_RANGES

    def release(self):
        """Moves rcv_nxt over the ranges it has reached."""
        moved = True
        while moved:
            moved = False
            for low, high in list(self.ooo):
                if not after(low, self.rcv_nxt):
                    self.ooo.remove((low, high))
                    self.rcv_nxt = seq_max(self.rcv_nxt, high)
                    moved = True
        self.crowded = self.crowded and bool(self.ooo)
