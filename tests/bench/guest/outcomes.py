# SPDX-License-Identifier: BSD-2-Clause
"""What may become of a packet, each with traffic and tracer arguments by which every event goes that way.

name: (traffic, IP version, tracer's arguments)"""

GROUPS = ("packet", "order", "loss", "rate", "rtt", "bytes", "cc", "identity", "probe")

# Filters of flows: the option, a value that refuses the traffic, and one that it passes.
FLOW_FILTERS = (
    ("host", "192.0.2.1", "127.0.0.0/8"),
    ("laddr", "192.0.2.1", "127.0.0.0/8"),
    ("faddr", "192.0.2.1", "127.0.0.0/8"),
    ("ip", "6", "4"),
    ("netns", "!self", "self"),
    ("iface", "!lo", "lo"),
    ("cgroup", "!/", "/"),
    ("pid", "1", "!1"),
    ("comm", "!traffic", "traffic"),
    ("uid", "65534", "0"),
    ("mark", "9", "0"),
    ("cc", "!cubic", "cubic"),
)
CONTROL = "/run/siftr-bpf.control"
PORT_FILTERS = (("port", "9", "!9"), ("lport", "9", "!9"), ("fport", "9", "!9"))


def pairs(*args):
    return "pairs", 4, args


def with_groups(names):
    return ("--format", "csv", "--fields", "siftr," + names)


FIELDS = {f"logged with {name}, IPv4": with_groups(name) for name in GROUPS}
FIELDS["logged with all groups, IPv4"] = with_groups(",".join(GROUPS))

OUTCOMES = {
    "logged, IPv4": pairs(),
    "logged, IPv6": ("pairs", 6, ()),
    "logged while closing, IPv4": ("closing", 4, ()),
    "logged with --strict, IPv4": pairs("--strict"),
    "sampled out, IPv4": pairs("--ppl", "1000000"),
    "sampled out while closing, IPv4": ("closing", 4, ("--ppl", "1000000")),
    "held back by --every": pairs("--every", "1000s"),
    "held back by --every, with weights": pairs("--every", "1000s", "--format", "csv"),
    "held back by --on-change cwnd": pairs("--on-change", "cwnd"),
    "held back by --on-change cwnd, with weights": pairs("--on-change", "cwnd", "--format", "csv"),
    "held back by --on-change state": pairs("--on-change", "state"),
    "held back by --on-change ca_state,state": pairs("--on-change", "ca_state,state"),
    "held back by --on-change cwnd,ca_state, not kept":
        pairs("--on-change", "cwnd,ca_state", "--keep", "loss,close"),
    "held back by --ppl, not kept":
        pairs("--ppl", "1000000", "--keep", "loss,zero-window,open,close,rst"),
    "refused by --port while closing": ("closing", 4, ("--port", "9")),
    "--dir in": pairs("--dir", "in"),
    "--dir out": pairs("--dir", "out"),
    "logged past all filters, IPv4": pairs("--port", "!9", "--dir", "in,out", "--ip", "4",
                                           "--host", "127.0.0.0/8"),
    "logged, control socket idle": pairs("--control", CONTROL),
    "refused by --host that may change": pairs("--control", CONTROL, "--host", "192.0.2.1"),
    "logged past --host that may change": pairs("--control", CONTROL, "--host", "127.0.0.0/8"),
    "refused by --uid and --mark": pairs("--uid", "65534", "--mark", "9"),
    "refused by --uid that may change": pairs("--control", CONTROL, "--uid", "65534"),
    "refused by --cc that may change": pairs("--control", CONTROL, "--cc", "!cubic"),
    "held back by --ppl, with weights": pairs("--ppl", "1000000", "--format", "csv"),
    "below ESTABLISHED, IPv4": ("refused", 4, ()),
    "recorded, nothing triggers": pairs("--trigger", "rst"),
}
OUTCOMES.update({f"refused by --{name}": pairs(f"--{name}", wrong)
                 for name, wrong, _ in (*PORT_FILTERS, *FLOW_FILTERS)})
OUTCOMES.update({f"logged past --{name}": pairs(f"--{name}", right)
                 for name, _, right in (*PORT_FILTERS, *FLOW_FILTERS)})
OUTCOMES.update({name: pairs(*args) for name, args in FIELDS.items()})
