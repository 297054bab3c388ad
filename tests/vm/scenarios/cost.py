"""The cost of the programs for the verifier has a bound, so that no later kernel rejects them."""

import re

from bed import kernelprogs
from bed.scenario import Scenario, scenario
from judge import bpf_stack, common
from scenarios import talk

PROCESSED_LIMIT = 8000
STACK_LIMIT = 384
STATISTICS = re.compile(r"^siftr-bpf: program (\S+): (\d+) instructions processed, "
                  r"(\d+) bytes of stack$", re.M)


class Cost(Scenario):
    """The verifier follows only the branches that the options leave: one load for each."""

    options = ()
    processed_limit = PROCESSED_LIMIT

    @property
    def tracer_args(self):
        return ("-v", *self.options)

    def traffic(self, bed):
        bed.note("programs", list(kernelprogs.loaded().values()))
        talk.close_in_order(*talk.open_pair(bed))

    def judge(self, result):
        yield from common.ran_well(result)
        programs = {one["name"]: one for one in result.facts["programs"]}
        yield len(programs) >= 3, "the programs are loaded", f"{sorted(programs)}"
        reported = {name: (int(processed), int(stacked))
                for name, processed, stacked in STATISTICS.findall(result.stderr_text)}
        known = {full[:15]: numbers for full, numbers in reported.items()}
        yield (set(programs) <= set(known), "-v reports the cost of every loaded program",
               f"reported {sorted(reported)}, loaded {sorted(programs)}")
        for name, program in sorted(programs.items()):
            yield from self.bounded(name, program, known.get(name))

    def bounded(self, name, program, reported):
        functions = bpf_stack.functions(bytes.fromhex(program["code"]))
        depths = [bpf_stack.depth(one) for one in functions]
        depth = sum(depths)
        processed = program["processed"]
        if processed is None and reported is None:
            yield (None, f"{name}: at most {self.processed_limit} instructions processed",
                   "this kernel does not keep the number")
        else:
            count = processed if reported is None else max(processed or 0, reported[0])
            yield (count <= self.processed_limit, f"{name}: {count} instructions processed, "
                   f"{depth} bytes of stack: within {self.processed_limit}", f"{count}")
        yield depth <= STACK_LIMIT, f"{name}: at most {STACK_LIMIT} bytes of stack", f"{depth}"
        if reported is None:
            return
        yield (processed in (None, reported[0]), f"{name}: -v and kernel report the same count",
               f"-v {reported[0]}, bpf_prog_info {processed}")
        # Some kernels round the stack up to slots of eight bytes.
        yield (reported[1] in (depth, sum((one + 7) // 8 * 8 for one in depths)),
               f"{name}: -v reports the stack that the code uses",
               f"-v {reported[1]}, by its instructions {depth}")


@scenario
class Plain(Cost):
    name = "every_packet_of_every_flow_costs_the_verifier_little"
    preemption = True


@scenario
class Chosen(Cost):
    name = "choosing_flows_and_packets_costs_the_verifier_little"
    options = ("--port", str(talk.PORT), "--ppl", "3")


@scenario
class Sampled(Cost):
    name = "all_samplers_together_cost_the_verifier_little"
    processed_limit = 2 * PROCESSED_LIMIT  # each sampler may choose, from each place of flow state
    options = ("--every", "10ms", "--ppl", "3", "--keep", "loss,zero-window,open,close,rst",
               "--on-change", "snd_cwnd,snd_ssthresh,snd_wnd,rcv_wnd,conn_state,ca_state,rto,srtt,"
               "max_seg_size,snd_buf_hiwater,rcv_buf_hiwater,total_retrans,lost")
