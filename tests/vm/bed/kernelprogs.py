"""Information of the kernel on loaded BPF programs, by bpf(2)."""

import ctypes
import os
import struct
from collections import Counter
from pathlib import Path

SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
PROG_GET_NEXT_ID, MAP_GET_NEXT_ID, PROG_GET_FD_BY_ID, OBJ_GET_INFO_BY_FD = 11, 12, 13, 15
LINK_GET_NEXT_ID = 31
INFO_BYTES = 232
# Offsets in struct bpf_prog_info, linux/bpf.h.
XLATED_LENGTH, XLATED_POINTER, NAME, VERIFIED = 20, 32, 64, 216
INSTRUCTION_BYTES = 8

_libc = ctypes.CDLL(None, use_errno=True)


def _bpf(command, attributes):
    """The call's result; `attributes`, a ctypes buffer, holds what it wrote."""
    done = _libc.syscall(SYS_BPF, command, attributes, len(attributes))
    if done < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, os.strerror(errno), f"bpf command {command}")
    return done


def ids(command=PROG_GET_NEXT_ID):
    last = 0
    while True:
        attributes = ctypes.create_string_buffer(struct.pack("=II", last, 0), 16)
        try:
            _bpf(command, attributes)
        except FileNotFoundError:
            return
        last = struct.unpack_from("=I", attributes, 4)[0]
        yield last


def info(fd, instructions=None):
    """bpf_prog_info as bytes; `instructions`, a buffer, gets the program after verification."""
    filled = ctypes.create_string_buffer(INFO_BYTES)
    if instructions is not None:
        struct.pack_into("=I", filled, XLATED_LENGTH, len(instructions))
        struct.pack_into("=Q", filled, XLATED_POINTER, ctypes.addressof(instructions))
    attributes = ctypes.create_string_buffer(
        struct.pack("=IIQ", fd, INFO_BYTES, ctypes.addressof(filled)), 16)
    _bpf(OBJ_GET_INFO_BY_FD, attributes)
    return bytes(filled)


def open_program(number):
    return _bpf(PROG_GET_FD_BY_ID, ctypes.create_string_buffer(struct.pack("=I", number), 16))


def name_in(known):
    return known[NAME:NAME + 16].rstrip(b"\0").decode()


def describe(number):
    """{"name", "processed" (None before Linux 5.16), "code" (hex)} of the program with this id."""
    fd = open_program(number)
    try:
        length = struct.unpack_from("=I", info(fd), XLATED_LENGTH)[0]
        code = ctypes.create_string_buffer(length)
        known = info(fd, code)
    finally:
        os.close(fd)
    return {"name": name_in(known),
            "processed": struct.unpack_from("=I", known, VERIFIED)[0] or None,
            "code": bytes(code).hex()}


def loaded():
    return {number: describe(number) for number in ids()}


def everything():
    """Identities of all programs, maps and links the kernel holds."""
    return {(command, number) for command in (PROG_GET_NEXT_ID, MAP_GET_NEXT_ID, LINK_GET_NEXT_ID)
            for number in ids(command)}


class Held:
    """Keeps the programs loaded since `before`, an everything(), until missed() is read, so that the
    counts last to the end of their process."""

    def __init__(self, before):
        self.fds = [open_program(number) for number in ids()
                    if (PROG_GET_NEXT_ID, number) not in before]

    def missed(self):
        """{program: runs suppressed}, where the kernel has the count, of all with that name; releases the
        programs."""
        found = Counter()
        for fd in self.fds:
            known = pairs_of(f"/proc/self/fdinfo/{fd}")
            if int(known.get("recursion_misses", 0)):
                found[name_in(info(fd))] += int(known["recursion_misses"])
            os.close(fd)
        return found


def pairs_of(info_file):
    lines = Path(info_file).read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def descriptors(pid):
    """fdinfo of each open file of a process, but for those closed meanwhile."""
    for info_file in Path(f"/proc/{pid}/fdinfo").iterdir():
        try:
            yield pairs_of(info_file)
        except FileNotFoundError:
            continue
