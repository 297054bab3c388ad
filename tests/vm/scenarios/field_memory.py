"""Fields that no tool shows are compared with the kernel's memory, read without BPF."""

import json
import socket
import time

from bed import kernel_memory, waiting
from bed.scenario import Scenario, scenario
from judge import common, field_memory, field_rows
from scenarios import links, talk

# Continuous integration tries it on one kernel, since it takes a minute; check-kernels on all.
ONE_KERNEL = True

LENGTH = 100_000
TIMEOUTS = 3  # in a row: then seconds pass before the next
ATTEMPTS = 5


def timeouts(sock):
    """How often the retransmission timer has expired in a row: tcpi_retransmits."""
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[2]


def keep(bed, hosts, label):
    """Saves the memory of these hosts' sockets, and when that was."""
    for host in hosts:
        bed.save(f"memory-{label}-{host.name}.json", json.dumps(kernel_memory.of_sockets(host)))
    bed.note(f"quiet-{label}", time.time_ns() // 1000)


@scenario
class Memory(Scenario):
    """After transfers each way through loss, and while a sender gets no acknowledgement."""

    name = "state_fields_agree_with_the_memory_of_the_kernel"
    tracer_args = ("--format", "csv", "--fields", "loss,rate,rtt,bytes")

    def traffic(self, bed):
        with links.pair(bed, middle=True) as hosts:
            for host in hosts:
                links.impair(host, "delay 2ms 1ms loss 3% limit 10000")
            ends = talk.open_pair(bed, client=hosts[0], server=hosts[1])
            for label in ("before", "after"):
                links.settle(hosts)
                keep(bed, hosts, label)
                talk.exchange(*ends)
                talk.transfer(ends[0], ends[1], LENGTH)
                talk.transfer(ends[1], ends[0], LENGTH // 2)
            talk.close_in_order(*ends)
            bed.note("stuck", any(self.stick(bed, hosts, port) for port in range(81, 81 + ATTEMPTS)))
            links.settle(hosts)

    @staticmethod
    def stick(bed, hosts, port):
        """Loses all that the first host sends, and compares at the byte that comes meanwhile. Returns
        whether the timer let that happen."""
        for host in hosts:
            links.impair(host, "delay 2ms limit 10000")
        ends = talk.open_pair(bed, client=hosts[0], server=hosts[1], port=port)
        talk.exchange(*ends)
        links.settle(hosts)
        links.impair(hosts[1], "loss 100%")
        ends[0].sendall(b"s" * 5000)
        waiting.wait_for(lambda: timeouts(ends[0]) >= TIMEOUTS, "timeouts")
        before = timeouts(ends[0])
        keep(bed, hosts[:1], "stuck")
        ends[1].sendall(b"x")
        talk.read_exactly(ends[0], 1)
        undisturbed = timeouts(ends[0]) == before
        links.impair(hosts[1], "delay 2ms limit 10000")
        talk.read_exactly(ends[1], 5000)
        talk.close_in_order(*ends)
        return undisturbed

    def judge(self, result):
        yield from common.ran_well(result)
        types = field_memory.kernel_types(result)
        for label in ("before", "after"):
            yield from field_memory.judge(result, label, "cd", types)
        yield result.facts["stuck"], "no timer expired while a sender was stuck", ""
        yield from field_memory.judge(result, "stuck", "c", types)
        rows = field_rows.parse(result.log_text)
        stuck = [row for row in rows if int(row["icsk_retransmits"]) >= TIMEOUTS]
        yield (any(row["ca_state"] == "4" and row["icsk_pending"] == "1" for row in stuck),
               "a sender whose timer expires is in the state of loss, and its timer runs", str(stuck[:1]))
        lost = max(int(row["lost"]) for row in rows)
        yield lost > 0, "segments were taken for lost", str(lost)
