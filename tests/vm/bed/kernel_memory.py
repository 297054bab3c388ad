"""The memory of a host's TCP sockets as /proc/kcore has it: what the kernel keeps, read without BPF."""

import socket
import struct
from pathlib import Path

KCORE = "/proc/kcore"
# The address of a socket is in /proc/net/tcp only for who may know it.
SHOWS_ADDRESSES = Path("/proc/sys/kernel/kptr_restrict")
LOAD = 1
SOCKET_BYTES = 4096  # more than a tcp_sock
ELF_TABLE = struct.Struct("<32xQ14xHH")  # offset, size and number of the program headers
ELF_PART = struct.Struct("<I4xQQ8xQ")  # type, offset in the file, address, size in the file


def endpoint(text):
    address, port = text.split(":")
    return socket.inet_ntoa(struct.pack("=I", int(address, 16))), int(port, 16)


def sockets(host):
    """(flow, address) of each IPv4 socket of the host."""
    before = SHOWS_ADDRESSES.read_text()
    SHOWS_ADDRESSES.write_text("1")
    try:
        lines = host.run(["cat", "/proc/net/tcp"], check=True).stdout.splitlines()[1:]
    finally:
        SHOWS_ADDRESSES.write_text(before)
    for words in map(str.split, lines):
        yield [*endpoint(words[1]), *endpoint(words[2])], int(words[11], 16)


def parts(kcore):
    table, size, count = ELF_TABLE.unpack(kcore.read(ELF_TABLE.size))
    kcore.seek(table)
    headers = kcore.read(size * count)
    for number in range(count):
        kind, *part = ELF_PART.unpack_from(headers, number * size)
        if kind == LOAD:
            yield part


def read(addresses):
    """The bytes at each address; none where the kernel shows no memory."""
    with open(KCORE, "rb") as kcore:
        known = list(parts(kcore))
        for wanted in addresses:
            found = b""
            for offset, address, size in known:
                if address <= wanted < address + size:
                    kcore.seek(offset + wanted - address)
                    found = kcore.read(SOCKET_BYTES)
            yield found


def of_sockets(host):
    """[flow, memory in hexadecimal] of each IPv4 socket of the host."""
    found = list(sockets(host))
    memory = read(address for _, address in found)
    return [[flow, part.hex()] for (flow, _), part in zip(found, memory)]
