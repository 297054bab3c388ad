"""The manifest of --manifest FILE: what it says of the guest, against sysctl, tc, ip, uname and the
devices' own answers; and its facts are there while tracing, should the run be killed."""

import array
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess

from bed import waiting
from bed.scenario import Scenario, scenario
from scenarios import talk

ONE_KERNEL = True
SYSCTLS = ("net.ipv4.tcp_congestion_control", "net.ipv4.tcp_rmem", "net.ipv4.tcp_sack",
           "net.ipv4.tcp_timestamps", "net.core.somaxconn")
# linux/sockios.h and linux/ethtool.h
SIOCETHTOOL, GET_TSO, SET_TSO, GET_GRO = 0x8946, 0x1E, 0x1F, 0x2B


def ethtool(host, command, value=0):
    """What the device of the host answers to a command of ethtool(8)."""
    asked = array.array("B", struct.pack("=II", command, value))
    request = struct.pack("16sP16x", host.dev.encode(), asked.buffer_info()[0])
    with host.socket(type=socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, SIOCETHTOOL, request)
    return bool(struct.unpack("=II", asked.tobytes())[1])


def qdiscs(host):
    """[kind, parent] of each queueing discipline of the host's device, as tc prints them."""
    found = []
    for line in host.run(["tc", "qdisc", "show", "dev", host.dev], check=True).stdout.splitlines():
        words = line.split()
        parent = "root" if "root" in words else words[words.index("parent") + 1]
        found.append([words[1], parent])
    return found


def shown(host):
    """What others say of the host's namespace and device."""
    link = json.loads(host.run(["ip", "-json", "link", "show", "dev", host.dev], check=True).stdout)[0]
    return {"sysctls": {name: host.sysctl(name).split() for name in SYSCTLS},
            "qdiscs": qdiscs(host), "mtu": link["mtu"], "txqueuelen": link["txqlen"],
            "tso": ethtool(host, GET_TSO), "gro": ethtool(host, GET_GRO)}


def uname(option):
    return subprocess.run(["uname", option], text=True, capture_output=True, check=True).stdout.strip()


class Manifest(Scenario):
    tracer = None
    capture = False

    def begin(self, bed):
        """A tracer, and the manifest that is there while it traces."""
        tracer = bed.start_tracer(("--port", str(talk.PORT), "--manifest", "manifest.json"))
        path = bed.dir / "manifest.json"
        waiting.wait_for(path.exists, "manifest")
        bed.note("begun", json.loads(path.read_text()))
        return tracer


@scenario
class Truth(Manifest):
    name = "the_manifest_says_what_sysctl_tc_ip_and_uname_say"

    def traffic(self, bed):
        bed.b.sysctl("net.ipv4.tcp_sack", "0")
        bed.netem(bed.a, "delay 2ms")
        ethtool(bed.b, SET_TSO, 0)
        tracer = self.begin(bed)
        bed.note("hosts", {host.name: [host.dev, shown(host)] for host in bed.hosts})
        bed.note("uname", {word: uname(option) for word, option in
                           (("release", "-r"), ("version", "-v"), ("machine", "-m"))})
        bed.note("name", uname("-n"))
        client, server = talk.open_pair(bed)
        talk.exchange(client, server)
        talk.close_in_order(client, server)
        bed.settle()
        tracer.stop()
        bed.note("ended", json.loads((bed.dir / "manifest.json").read_text()))
        bed.note("exit", tracer.exit)

    def judge(self, result):
        facts = result.facts
        begun, ended = facts["begun"], facts["ended"]
        yield facts["exit"] == 0, "the run ends well", result.stderr_text
        kernel = {word: begun["kernel"][word] for word in facts["uname"]}
        yield kernel == facts["uname"], "the kernel is what uname says", f"{kernel}"
        yield begun["host"] == facts["name"], "so is the host", begun["host"]
        yield (begun["command_line"][-4:] == ["--port", str(talk.PORT), "--manifest", "manifest.json"],
               "the command line is the tracer's", f"{begun['command_line']}")
        yield isinstance(begun["clock_source"], str), "there is a clock source", f"{begun['clock_source']}"
        for name, (device, wanted) in facts["hosts"].items():
            yield from self.namespace(name, begun["namespaces"].get(name), device, wanted)
        tso = {name: wanted["tso"] for name, (_, wanted) in facts["hosts"].items()}
        yield tso == {"a": True, "b": False}, "the two hosts differ in an offload", f"{tso}"
        yield "own" in begun["namespaces"], "the tracer's own namespace is there", ""
        yield begun["end"] is None and begun["accounting"] is None, "a run that goes on has no end", ""
        lines = sum(ended["accounting"][way]["lines"] for way in ("in", "out"))
        yield lines == len(result.log_text.splitlines()) - 2, "the accounting is that of the log", f"{lines}"
        yield float(ended["end"]) > float(ended["begin"]), "the end is later than the begin", ""
        same = {**begun, "end": 0, "accounting": 0} == {**ended, "end": 0, "accounting": 0}
        yield same, "the other facts are those of the start", ""

    @staticmethod
    def namespace(name, facts, device, wanted):
        yield bool(facts), f"{name}: the namespace is read", f"{facts}"
        found = {key: facts["sysctls"].get(key, "").split() for key in SYSCTLS}
        yield found == wanted["sysctls"], f"{name}: sysctls", f"{found}, wanted {wanted['sysctls']}"
        link = facts["interfaces"][device]
        found = [[qdisc["kind"], qdisc["parent"]] for qdisc in link["qdiscs"]]
        yield found == wanted["qdiscs"], f"{name}: qdiscs are tc's", f"{found}, {wanted['qdiscs']}"
        found = [link["mtu"], link["txqueuelen"]]
        yield found == [wanted["mtu"], wanted["txqueuelen"]], f"{name}: device", f"{link}, {wanted}"
        found = [link["offloads"]["tcp-segmentation-offload"],
                 link["offloads"]["generic-receive-offload"]]
        yield found == [wanted["tso"], wanted["gro"]], f"{name}: offloads", f"{link}, {wanted}"


@scenario
class Killed(Manifest):
    name = "a_killed_run_leaves_the_facts_of_its_start"

    def traffic(self, bed):
        tracer = self.begin(bed)
        tracer.signal(signal.SIGKILL)
        tracer.wait()
        bed.note("left", json.loads((bed.dir / "manifest.json").read_text()))
        bed.note("files", sorted(name for name in os.listdir(bed.dir) if "manifest" in name))

    def judge(self, result):
        yield result.facts["left"] == result.facts["begun"], "the manifest is that of the start", ""
        yield result.facts["left"]["end"] is None, "it shows that the run has no end", ""
        yield result.facts["files"] == ["manifest.json"], "no other file is left", f"{result.facts['files']}"
