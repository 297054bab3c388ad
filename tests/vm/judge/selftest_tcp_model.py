"""Tests what the model of an endpoint takes from the packets that a request of a connection sends again."""

from judge.fixtures import SYN_OPTIONS, packet
from judge.pcap import ACK, PSH, SYN
from judge.tcp_model import TcpEndpoint


def fast_open_server(sent_again):
    """The server of a connection whose SYN had data: it answers before the handshake is over, perhaps before
    it sends its SYN-ACK again, and then gets the client's ACK."""
    end, syn_ack = TcpEndpoint(), packet("i", SYN | ACK, 9000, 1501, 65160, options=SYN_OPTIONS)
    end.received(packet("o", SYN, 1000, 0, 64240, 500, options=SYN_OPTIONS))
    for one in (syn_ack, packet("i", ACK | PSH, 9001, 1501, 510, 3000), *[syn_ack] * sent_again):
        end.sent(one)
    end.received(packet("o", ACK, 1501, 9001, 502))
    return end


def checks(tap):
    for sent_again in (0, 1):
        end = fast_open_server(sent_again)
        tap.check((end.rcv_wnd, end.snd_una, end.snd_nxt) == (510 << 7, 9001, 12001),
                  f"a SYN-ACK sent {sent_again} times again does not take back the window of the answer",
                  f"{end.rcv_wnd} {end.snd_una} {end.snd_nxt}")
