"""Counts TCP packets by nftables, between TCP and IP, independently of TCP and the capture."""

import json

RULES = """
table inet oracle {{
    chain received {{
        type filter hook input priority 0;
        iifname "{dev}" meta l4proto tcp counter
    }}
    chain sent {{
        type filter hook output priority 0;
        oifname "{dev}" meta l4proto tcp counter
    }}
}}
"""
DIRECTIONS = {"received": "i", "sent": "o"}


def install(host):
    done = host.run(["nft", "-f", "-"], input=RULES.format(dev=host.dev))
    if done.returncode:
        raise RuntimeError(f"nft -f: {done.stderr}")


def read(host):
    """{"i": packets received, "o": packets sent} since install()."""
    done = host.run(["nft", "-j", "list", "table", "inet", "oracle"], check=True).stdout
    rules = [item["rule"] for item in json.loads(done)["nftables"] if "rule" in item]
    return {DIRECTIONS[rule["chain"]]: part["counter"]["packets"]
            for rule in rules for part in rule["expr"] if "counter" in part}
