"""The kernel modules a guest carries: the wanted ones that are not built in, with all they depend
on, uncompressed, and the index files modprobe reads."""

import lzma

from machine.cache import BedError

# The bed needs these: the results disk, the link, the diag family of ss.
REQUIRED = "virtio_pci virtio_blk veth tcp_diag inet_diag af_packet".split()

# Scenarios use these; a kernel that lacks one fails only in the scenario that needs it.
WANTED = """
    sch_netem sch_fq sch_fq_codel sch_tbf sch_htb sch_prio sch_ingress cls_bpf cls_u32 cls_matchall
    act_mirred act_gact tcp_bbr tcp_dctcp tcp_vegas tcp_westwood tcp_htcp tcp_veno tcp_bic tcp_cubic
    nf_tables nfnetlink nf_conntrack nft_counter nft_ct nft_limit nft_log nft_reject nft_reject_inet
    nft_reject_ipv4 nft_reject_ipv6 nft_nat nft_chain_nat nft_numgen nft_quota nft_queue
    nft_tproxy nft_synproxy
    mptcp_diag udp_diag unix_diag netlink_diag af_packet_diag raw_diag tls
    tun dummy ifb bridge macvlan ipvlan vxlan ip6_tunnel ipip brd loop ext4 button
    crc32c_generic
""".split()

INDEXES = "modules.order modules.builtin modules.builtin.modinfo modules.softdep config".split()


def pack(archive, kernel):
    """Add the modules of `kernel` to the archive, with indexes for this subset."""
    names = _names(kernel)
    builtin = _builtin(kernel)
    absent = [name for name in REQUIRED if name not in names and name not in builtin]
    if absent:
        raise BedError(f"kernel {kernel.name} has no module {' '.join(absent)}")
    chosen = {}
    for name in REQUIRED + WANTED:
        if name in names:
            path, needs = names[name]
            chosen.update({path: needs, **{need: names[_name(need)][1] for need in needs}})
    root = f"/usr/lib/modules/{kernel.release}"
    for path in chosen:
        archive.data(f"{root}/{_bare(path)}", _content(kernel.modules / path))
    archive.data(f"{root}/modules.dep", "".join(
        f"{_bare(path)}: {' '.join(map(_bare, needs))}\n" for path, needs in chosen.items()).encode())
    for index in ("modules.alias", "modules.symbols"):
        archive.data(f"{root}/{index}", _only(kernel, index, {_name(path) for path in chosen}))
    for index in INDEXES:
        if (kernel.modules / index).exists():
            archive.file(f"{root}/{index}", kernel.modules / index)


def _names(kernel):
    """Every module of the kernel: name -> (path below modules/, paths of all it depends on)."""
    names = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        path, needs = line.split(":")
        names[_name(path)] = (path, needs.split())
    return names


def _builtin(kernel):
    text = (kernel.modules / "modules.builtin").read_text()
    return {_name(path) for path in text.split()}


def _only(kernel, index, chosen):
    lines = (kernel.modules / index).read_text().splitlines(keepends=True)
    return "".join(line for line in lines if line.split()[-1] in chosen).encode()


def _content(path):
    data = path.read_bytes()
    if path.suffix == ".xz":
        return lzma.decompress(data)
    if path.suffix == ".ko":
        return data
    raise BedError(f"{path.name}: modules compressed this way are not supported")


def _bare(path):
    return path.removesuffix(".xz")


def _name(path):
    return path.rsplit("/", 1)[-1].split(".ko")[0].replace("-", "_")
