"""Attaches the kernel's own uprobe events to the USDT probes of a program, by the notes that its file
has: a tracer without BPF, with the addresses, arguments and semaphores that bpftrace would find."""

import os
import re
import struct
from pathlib import Path

TRACING = Path("/sys/kernel/tracing")
INSTANCE = TRACING / "instances/usdt"
GROUP = "usdt"
NOTE = ".note.stapsdt"
BASE = ".stapsdt.base"  # moves if the file was prelinked after its notes were written
OPERAND = re.compile(r"(-?\d)@(?:%(\w+)|(-?\d*)\(%(\w+)\)|\$(-?\d+))")
REGISTER = re.compile(r"[re]?([abcd]x|[sd]i|[sb]p)|(r\d+)d?")
BUFFER_KIB = 8192


class Elf:
    """What a 64-bit ELF file says of its probes."""

    def __init__(self, path):
        self.path, self.data = path, Path(path).read_bytes()
        parts, sections = struct.unpack_from("<QQ", self.data, 32)
        part_bytes, part_count, section_bytes, section_count, names = struct.unpack_from("<5H", self.data, 54)
        self.parts = [struct.unpack_from("<IIQQQQ", self.data, parts + i * part_bytes)
                      for i in range(part_count)]
        headers = [struct.unpack_from("<IIQQQQ", self.data, sections + i * section_bytes)
                   for i in range(section_count)]
        text = headers[names][4]
        self.sections = {self.string(text + name): (address, offset, size)
                         for name, _, _, address, offset, size in headers}

    def string(self, offset):
        return self.data[offset:self.data.index(0, offset)].decode()

    def offset(self, address):
        """Where in the file the byte is that is loaded at this address."""
        for kind, _, offset, begin, _, size in self.parts:
            if kind == 1 and begin <= address < begin + size:
                return offset + address - begin
        raise ValueError(f"{address:#x} is not in the file")

    def probes(self):
        """name -> (address, address of the semaphore, arguments)"""
        _, offset, size = self.sections[NOTE]
        base, end = self.sections[BASE][0], offset + size
        found = {}
        while offset < end:
            owner, length, _ = struct.unpack_from("<III", self.data, offset)
            at = offset + 12 + (owner + 3) // 4 * 4
            address, noted, semaphore = struct.unpack_from("<QQQ", self.data, at)
            _, name, arguments = self.data[at + 24:at + length].decode().split("\0")[:3]
            found[name] = address + base - noted, semaphore + base - noted, arguments.split()
            offset = at + (length + 3) // 4 * 4
        return found

    def semaphores(self, pid):
        """name -> the semaphore's value in a process of the program"""
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        start = min(int(line.split("-")[0], 16) for line in maps if line.endswith(str(self.path)))
        values = {}
        with open(f"/proc/{pid}/mem", "rb") as memory:
            for name, (_, semaphore, _) in self.probes().items():
                memory.seek(start + semaphore)
                values[name] = struct.unpack("<H", memory.read(2))[0]
        return values


def place(operand):
    """(size with sign, where an argument is in the words of uprobe_events)"""
    size, register, offset, base, number = OPERAND.fullmatch(operand).groups()
    if number:
        return int(size), f"\\{number}"
    match = REGISTER.fullmatch(register or base)
    name = "%" + (match[1] or match[2])
    return int(size), name if register else f"+{int(offset or 0)}({name})"


def described(operand, kind):
    """The argument as `kind`: "number", "text" or, of memory that it points to, (offset, type)."""
    size, where = place(operand)
    if kind == "number":
        return f"{where}:{'s' if size < 0 else 'u'}{8 * abs(size)}"
    offset, of_type = (0, "string") if kind == "text" else kind
    return f"+{offset}({where}):{of_type}"


def change_events(command):
    """Python's own append mode seeks to the end, which this file does not allow."""
    events = os.open(TRACING / "uprobe_events", os.O_WRONLY | os.O_APPEND)
    try:
        os.write(events, f"{command}\n".encode())
    finally:
        os.close(events)


class Watch:
    """Watches probes: {name: [(label, number of the argument, its kind), ...]}."""

    def __init__(self, program, wanted):
        self.elf = Elf(program)
        self.known = self.elf.probes()
        self.wanted = wanted
        INSTANCE.mkdir(exist_ok=True)
        (INSTANCE / "buffer_size_kb").write_text(str(BUFFER_KIB))
        for name, arguments in wanted.items():
            self._define(program, name, arguments)

    def _define(self, program, name, arguments):
        address, semaphore, operands = self.known[name]
        words = [f"{label}={described(operands[number], kind)}" for label, number, kind in arguments]
        change_events(f"p:{GROUP}/{name} {program}:{self.elf.offset(address):#x}"
                      f"({self.elf.offset(semaphore):#x}) {' '.join(words)}")

    def switch(self, on):
        (INSTANCE / f"events/{GROUP}/enable").write_text("1" if on else "0")

    def lost(self):
        """Firings for which the buffers of the kernel had no place."""
        return sum(int(number) for stats in INSTANCE.glob("per_cpu/cpu*/stats")
                   for number in re.findall(r"(?:overrun|dropped events): (\d+)", stats.read_text()))

    def end(self):
        """Detaches, and returns what the kernel has written, in order of time."""
        self.switch(False)
        text = (INSTANCE / "trace").read_text()
        INSTANCE.rmdir()
        for name in self.wanted:
            change_events(f"-:{GROUP}/{name}")
        return text
