"""The table of --summary, made while tracing in the sandbox: what held a connection up, and for how long."""

import re
import socket

from bed.scenario import Scenario, scenario
from judge import common
from scenarios import talk

PAUSE = 1.5


@scenario
class SlowReader(Scenario):
    """The window of a server that reads nothing for a while fills up."""

    name = "a_run_ends_with_what_held_its_connections_up"
    one_kernel = True
    tracer_args = ("--summary", "yes")

    def traffic(self, bed):
        listener = bed.b.listen(talk.PORT)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client, server = talk.open_pair(bed, listener=listener)
        bed.note("port", client.getsockname()[1])
        talk.fill_window(bed, client, server, 300000, stay=PAUSE)
        talk.close_in_order(client, server)

    def judge(self, result):
        yield from common.complete_run(result)
        stderr = result.stderr_text
        line = re.search(rf"10\.0\.0\.1:{result.facts['port']}  .*  ([0-9.]+)s  +(zero|receive) window \d+%\n",
                         stderr)
        yield line is not None, "the client was held up by the server's window", stderr
        if line:
            yield float(line[1]) > PAUSE / 2, f"for {line[1]} s", stderr
        yield "siftr-bpf why " in stderr, "the command that says more is named", stderr
