"""Arithmetic of TCP sequence numbers, which wrap at 2^32 (RFC 9293, section 3.4)."""

SEQ = 0xFFFFFFFF


def before(a, b):
    """Sequence number a comes before b."""
    return ((a - b) & SEQ) > 0x7FFFFFFF


def after(a, b):
    return before(b, a)


def seq_max(a, b):
    return b if before(a, b) else a
