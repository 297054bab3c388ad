"""Many flows, one after the other."""

from bed.scenario import Scenario, scenario
from judge import many_flows
from scenarios import scale, talk

ONE_KERNEL = True


@scenario
class Short(Scenario):
    name = "twenty_thousand_short_flows_are_logged_under_ids_of_their_own"
    thorough = True
    connections = 10000
    at_once = 100
    timeout = 300

    def traffic(self, bed):
        talk.make_room(bed)
        listener = bed.b.listen(talk.PORT)
        # Ports of their own: left to itself the kernel takes a port again after a minute.
        for first in range(scale.FIRST_PORT, scale.FIRST_PORT + self.connections, self.at_once):
            pairs = [talk.open_pair(bed, listener=listener, bind_port=port)
                     for port in range(first, first + self.at_once)]
            talk.converse(pairs)
            talk.close_all(pairs)

    def judge(self, result):
        yield from many_flows.checks(result, self.connections)
        yield True, f"figures: {result.seconds} s in the guest"
