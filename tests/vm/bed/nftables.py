"""A count of TCP packets that neither TCP nor the capture makes: nftables, between TCP and IP."""

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
    said = host.run(["nft", "-f", "-"], input=RULES.format(dev=host.dev))
    if said.returncode:
        raise RuntimeError(f"nft -f: {said.stderr}")


def read(host):
    """{"i": packets received, "o": packets sent} since install()."""
    said = host.run(["nft", "-j", "list", "table", "inet", "oracle"], check=True).stdout
    rules = [item["rule"] for item in json.loads(said)["nftables"] if "rule" in item]
    return {DIRECTIONS[rule["chain"]]: part["counter"]["packets"]
            for rule in rules for part in rule["expr"] if "counter" in part}
