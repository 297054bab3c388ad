"""A receiver that stops reading: the window closes, is probed, and opens again."""

import socket

from bed.scenario import Scenario, scenario
from judge import common, siftrlog
from scenarios import talk

LENGTH = 400000
RECEIVE_BUFFER = 65536


@scenario
class ZeroWindow(Scenario):
    name = "a_closed_window_shows_at_both_ends"

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        client, server = talk.open_pair(bed, listener=listener)
        worker = talk.Worker(talk.send_bulk, client, LENGTH)
        # Longer than the pause between the first probes.
        bed.settle(quiet=1.5, limit=6)
        talk.read_exactly(server, LENGTH)
        worker.result()
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.whole(result, early=None)
        lines = siftrlog.parse(result.log_text).run.lines
        shut = [line for line in lines if line.lport == talk.PORT and line.rcv_wnd == 0]
        yield bool(shut), "the receiver's window reaches 0", ""
        told = [line for line in lines if line.fport == talk.PORT and line.snd_wnd == 0]
        yield bool(told), "the sender knows that the window is 0", ""
        fullest = max(line.rcv_buf_cc for line in lines if line.lport == talk.PORT)
        yield fullest > 20000, "the receive buffer fills", f"{fullest} bytes at most"
        waiting = max(line.snd_buf_cc - line.sent_inflight_bytes for line in lines
                      if line.fport == talk.PORT)
        yield waiting > 20000, "unsent data waits in the send buffer", f"{waiting} bytes at most"
