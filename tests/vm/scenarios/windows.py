"""A receiver that stops reading: the window closes, is probed, and opens again."""

import socket

from bed.scenario import Scenario, scenario
from judge import column_compare, common, siftrlog
from scenarios import stopping, talk

LENGTH = 400000
RECEIVE_BUFFER = 65536
CLOSED, OPENED = "TcpExtTCPToZeroWindowAdv", "TcpExtTCPFromZeroWindowAdv"


@scenario
class ZeroWindow(Scenario):
    name = "a_closed_window_shows_at_both_ends"

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        client, server = talk.open_pair(bed, listener=listener)
        talk.fill_window(bed, client, server, LENGTH)
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result, early=None)
        lines = siftrlog.parse(result.log_text).run.lines
        shut = [line for line in lines if line.lport == talk.PORT and line.rcv_wnd == 0]
        yield bool(shut), "the receiver's window reaches 0", ""
        reported = [line for line in lines if line.fport == talk.PORT and line.snd_wnd == 0]
        yield bool(reported), "the sender knows that the window is 0", ""
        fullest = max(line.rcv_buf_cc for line in lines if line.lport == talk.PORT)
        yield fullest > 20000, "the receive buffer fills", f"{fullest} bytes at most"
        waiting = max(line.snd_buf_cc - line.sent_inflight_bytes for line in lines
                      if line.fport == talk.PORT)
        yield waiting > 20000, "unsent data waits in the send buffer", f"{waiting} bytes at most"


@scenario
class SlowReader(Scenario):
    """The reader waits until its window is closed, then reads enough to open it, and so on."""

    name = "a_slow_reader_s_window_closes_and_opens_as_often_as_the_kernel_counts"
    rounds = 6
    length = 2000000

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        client, server = talk.open_pair(bed, listener=listener)
        worker = talk.Worker(talk.send_bulk, client, self.length)
        left = self.length
        for number in range(1, self.rounds + 1):
            stopping.wait_for(lambda: bed.b.nstat()[CLOSED] >= number, "closed window")
            left -= len(server.recv(left))
        talk.read_exactly(server, left)
        worker.result()
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result, early=None)
        shown = [bool(line.t_flags & column_compare.RXWIN0SENT)
                 for line in siftrlog.parse(result.log_text).run.lines if line.lport == talk.PORT]
        turns = list(zip([False] + shown, shown))
        for what, turn, counter in (("closes", (False, True), CLOSED),
                                    ("opens", (True, False), OPENED)):
            found, wanted = turns.count(turn), result.nstat("b")[counter]
            yield (found == wanted >= self.rounds,
                   f"RXWIN0SENT {what} as often as {counter} counts", f"{found}, nstat {wanted}")
        full = sum(1 for line in siftrlog.parse(result.log_text).run.lines
                   if line.lport == talk.PORT and line.rcv_wnd == 0)
        yield True, f"figures: {full} lines show rcv_wnd 0, {sum(shown)} the flag"
