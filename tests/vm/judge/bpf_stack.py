"""How much stack the functions of a BPF program use, from the instructions that the kernel runs."""

import struct

FRAME_POINTER = 10
CLASS, LDX, ST, STX, ALU64 = 0x07, 0x01, 0x02, 0x03, 0x07
ADD_CONSTANT, MOVE_REGISTER = 0x07, 0xBF
CALL, TO_FUNCTION = 0x85, 1


def instructions(code):
    """(opcode, destination, source, offset, constant) of each."""
    for opcode, registers, offset, constant in struct.iter_unpack("<BBhi", code):
        yield opcode, registers & 0x0F, registers >> 4, offset, constant


def functions(code):
    """The program's instructions, function by function. A loaded program keeps the distance of a
    call to one of its own functions as the offset."""
    program = list(instructions(code))
    begins = {0, *(i + 1 + offset for i, (opcode, _, source, offset, _) in enumerate(program)
                   if opcode == CALL and source == TO_FUNCTION)}
    ends = sorted(begins)[1:] + [len(program)]
    return [program[begin:end] for begin, end in zip(sorted(begins), ends)]


def depth(function):
    """Bytes below the frame pointer that the function reaches: by a load or store relative to it,
    or by an address made of it."""
    lowest, copies = 0, set()
    for opcode, target, source, offset, constant in function:
        kind = opcode & CLASS
        if kind == LDX and source == FRAME_POINTER:
            lowest = min(lowest, offset)
        elif kind in (ST, STX) and target == FRAME_POINTER:
            lowest = min(lowest, offset)
        if opcode == ADD_CONSTANT and target in copies:
            lowest = min(lowest, constant)
        copies.discard(target)
        if opcode == MOVE_REGISTER and source == FRAME_POINTER:
            copies.add(target)
    return -lowest
