"""A log, a conversation and its lines, made by hand for the self-test of the judge."""

import struct
from ipaddress import ip_address

from judge.pcap import (ACK, FIN, OPT_MSS, OPT_SACK_OK, OPT_WSCALE, PSH, SYN, Packet)
from judge.siftrlog import Line

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
START_US = 1700000000000000
DATA = ("{way},1700000000.{micros},10.0.0.1,40000,10.0.0.2,80,1073725440,14480,0,65280,64256,7,7,4,"
        "1460,1500,1,992,201000,46080,0,131072,0,{flight},0,77,191\n")
GOOD_LOG = (
    "enable_time_secs=1700000000\tenable_time_usecs=000123\tsiftrver=1.3.0\tsysname=Linux\t"
    "sysver=6001192\tipmode=6\n"
    + DATA.format(way="o", micros="000500", flight=0)
    + DATA.format(way="o", micros="000600", flight=300)
    + DATA.format(way="i", micros="000700", flight=300)
    + DATA.format(way="i", micros="000800", flight=0)
    + "disable_time_secs=1700000001\tdisable_time_usecs=000000\tnum_inbound_tcp_pkts=3\t"
    "num_outbound_tcp_pkts=2\ttotal_tcp_pkts=5\tnum_inbound_skipped_pkts_malloc=0\t"
    "num_outbound_skipped_pkts_malloc=0\tnum_inbound_skipped_pkts_tcpcb=1\t"
    "num_outbound_skipped_pkts_tcpcb=0\tnum_inbound_skipped_pkts_inpcb=0\t"
    "num_outbound_skipped_pkts_inpcb=0\ttotal_skipped_tcp_pkts=1\t"
    "flow_list=10.0.0.1;40000-10.0.0.2;80,\n")

SYN_OPTIONS = {OPT_MSS: 1460, OPT_SACK_OK: b"", OPT_WSCALE: 7}
SYN_BYTES = bytes((2, 4, 0x05, 0xB4, 4, 2, 1, 3, 3, 7, 0, 0))

# The client's lines of conversation(): direction and the values that change.
STEPS = (
    ("o", dict(conn_state=4, snd_wnd=65160, rcv_wnd=64240, sent_inflight_bytes=0)),
    ("o", dict(conn_state=4, snd_wnd=65160, rcv_wnd=64256, sent_inflight_bytes=300,
               snd_buf_cc=300)),
    ("i", dict(conn_state=4, snd_wnd=65160, rcv_wnd=64256, sent_inflight_bytes=300,
               snd_buf_cc=300)),
    ("o", dict(conn_state=4, snd_wnd=64000, rcv_wnd=62256, sent_inflight_bytes=0)),
    ("o", dict(conn_state=6, snd_wnd=64000, rcv_wnd=64000, sent_inflight_bytes=1, t_flags=0x270)),
    ("i", dict(conn_state=6, snd_wnd=64000, rcv_wnd=64000, sent_inflight_bytes=1, t_flags=0x270)),
    ("o", dict(conn_state=9, snd_wnd=64000, rcv_wnd=63999, sent_inflight_bytes=0, t_flags=0x270)),
)


def packet(way, flags, seq, ack, window, payload=0, options=None):
    ends = (CLIENT, 40000, SERVER, 80) if way == "o" else (SERVER, 80, CLIENT, 40000)
    return Packet(0, 0, *ends, seq, ack, flags, window, payload, options or {},
                  SYN_BYTES if options else b"")


def conversation(split=False):
    """Handshake, a request of 300 bytes, an answer of 2000 (in two packets if `split`), and a
    close by the client that the server answers with ACK and FIN in one."""
    answer = [packet("i", ACK | PSH, 9001, 1301, 500, 2000)]
    if split:
        answer = [packet("i", ACK, 9001, 1301, 500, 1460),
                  packet("i", ACK | PSH, 10461, 1301, 500, 540)]
    packets = [
        packet("o", SYN, 1000, 0, 64240, options=SYN_OPTIONS),
        packet("i", SYN | ACK, 9000, 1001, 65160, options=SYN_OPTIONS),
        packet("o", ACK, 1001, 9001, 502),
        packet("o", ACK | PSH, 1001, 9001, 502, 300),
        *answer,
        packet("o", ACK, 1301, 11001, 500),
        packet("o", ACK | FIN, 1301, 11001, 500),
        packet("i", ACK | FIN, 11001, 1302, 500),
        packet("o", ACK, 1302, 11002, 500),
    ]
    for number, one in enumerate(packets):
        one.index, one.time_us = number, START_US + 100 * number
    return packets


def line_of(direction, time_us, **values):
    """A line of the client with everything that is not given as at rest."""
    rest = dict(snd_ssthresh=1073725440, snd_cwnd=14480, t_flags2=0, snd_wnd=65160, rcv_wnd=64240,
                snd_scale=7, rcv_scale=7, conn_state=4, max_seg_size=1460, srtt=1500,
                sack_enabled=1, t_flags=0x260, rto=201000, snd_buf_hiwater=46080, snd_buf_cc=0,
                rcv_buf_hiwater=131072, rcv_buf_cc=0, sent_inflight_bytes=0, t_segqlen=0,
                flowid=77, flowtype=191)
    return Line(0, direction, time_us, CLIENT, 40000, SERVER, 80, {**rest, **values})


def lines_of(packets):
    """The lines a true tracer takes of conversation()."""
    logged = [one for one in packets if not one.flags & SYN]
    lines = []
    for number, (direction, values) in enumerate(STEPS):
        line = line_of(direction, logged[number].time_us, **values)
        line.number = number + 2
        lines.append(line)
    return lines


def frame(one):
    """Ethernet, IPv4 and TCP around no payload at all: captures are cut by a snap length."""
    options = SYN_BYTES if one.options else b""
    tcp = struct.pack("!HHIIBBHHH", one.sport, one.dport, one.seq, one.ack,
                      (20 + len(options)) << 2, one.flags, one.window, 0, 0) + options
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp) + one.payload, 0, 0, 64, 6, 0,
                     ip_address(one.src).packed, ip_address(one.dst).packed)
    return bytes(12) + b"\x08\x00" + ip + tcp


def write_pcap(path, packets):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 256, 1))
        for one in packets:
            data = frame(one)
            out.write(struct.pack("<IIII", one.time_us // 10**6, one.time_us % 10**6, len(data),
                                  len(data) + one.payload) + data)
