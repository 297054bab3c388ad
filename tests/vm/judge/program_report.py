"""Parses what the program reports on stderr; no other module of the judge knows its wording."""

import re

MISSED = re.compile(r"(\d+) runs? of (\S+) suppressed by the kernel")
MERGED = re.compile(r"(\d+) packets? coalesced in the socket backlog")
NO_MISS_COUNTS = "does not count suppressed runs"
NOT_BALANCED = "does NOT balance"
FALL = re.compile(r"hooks are attached by .* did not work here.*")
UNCOUNTED_BACKLOG = "coalesced or dropped are not counted"
UNCOUNTED_LATE = "counted only where somebody listens"
ANSWERS = ("send_reset_v4", "send_reset_v6")
HOOKS = {"i": ("rcv_established", "rcv_state_process", *ANSWERS),
         "o": ("transmit_skb", "queue_xmit_v4", "queue_xmit_v6", *ANSWERS)}


def missed(text, direction):
    """Runs of a direction's hooks that the kernel suppressed; no other counter has them."""
    return sum(int(runs) for runs, hook in MISSED.findall(text) if hook.endswith(HOOKS[direction]))


def all_missed(text):
    """Suppressed runs of all hooks."""
    return sum(int(runs) for runs, _ in MISSED.findall(text))


def reports_missed(text):
    return NO_MISS_COUNTS not in text


def fall(text):
    """What it says where the hooks are not attached in this kernel's first way; None where they are."""
    found = FALL.search(text)
    return found and found[0]


def counts_backlog(text):
    return UNCOUNTED_BACKLOG not in text


def counts_late(text):
    """Packets without a connection are counted whether or not somebody listens."""
    return UNCOUNTED_LATE not in text


def merged(text):
    """Packets merged in socket backlogs; None where the program does not report it."""
    found = MERGED.search(text)
    return int(found[1]) if found else None


def balanced(text):
    return NOT_BALANCED not in text


def row(text, label):
    """(in, out) of the accounting's row that starts with this label, None when it is not shown."""
    for line in text.splitlines():
        found = re.match(rf"[ -]*{re.escape(label)}.*?\s+(\d+)\s+(\d+)\s+\d+$", line)
        if found:
            return int(found[1]), int(found[2])
    return None
