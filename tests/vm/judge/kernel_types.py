"""Where members of the kernel's structures are, from the types that it carries (BTF)."""

import struct

HEADER = struct.Struct("<HBBIIIII")
TYPE = struct.Struct("<III")
INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, FUNC_PROTO, VAR, \
    DATASEC, FLOAT, DECL_TAG, TYPE_TAG, ENUM64 = range(1, 20)
# Bytes after the three words that every type has; of those with members, for each.
ONCE = {INT: 4, ARRAY: 12, VAR: 4, DECL_TAG: 4}
EACH = {STRUCT: 12, UNION: 12, ENUM: 8, FUNC_PROTO: 8, DATASEC: 12, ENUM64: 12}
ALIASES = (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG)


class Types:
    def __init__(self, data):
        _, _, _, length, types, types_bytes, strings, _ = HEADER.unpack_from(data)
        self.data, self.strings = data, length + strings
        self.at, self.structs = [0], {}
        at, end = length + types, length + types + types_bytes
        while at < end:
            name, info, _ = TYPE.unpack_from(data, at)
            kind, members = info >> 24 & 31, info & 0xFFFF
            if kind == STRUCT:
                self.structs.setdefault(self.name(name), len(self.at))
            self.at.append(at)
            at += TYPE.size + ONCE.get(kind, 0) + EACH.get(kind, 0) * members

    def name(self, offset):
        begin = self.strings + offset
        return self.data[begin:self.data.index(b"\0", begin)].decode()

    def bytes_of(self, number):
        """The size of a type that is no array."""
        _, info, size = TYPE.unpack_from(self.data, self.at[number])
        return self.bytes_of(size) if info >> 24 & 31 in ALIASES else size

    def plain(self, number):
        """The type that an alias stands for."""
        _, info, of = TYPE.unpack_from(self.data, self.at[number])
        return self.plain(of) if info >> 24 & 31 in ALIASES else number

    def members(self, number):
        """(name, type, bits from the beginning, bits if it is a bit field) of a structure's members."""
        _, info, _ = TYPE.unpack_from(self.data, self.at[number])
        if info >> 24 & 31 not in (STRUCT, UNION):
            return
        for n in range(info & 0xFFFF):
            name, kind, place = TYPE.unpack_from(self.data, self.at[number] + TYPE.size * (n + 1))
            yield (self.name(name), kind, *((place & 0xFFFFFF, place >> 24) if info >> 31 else (place, 0)))

    def find(self, number, path):
        """(first bit, bits) of the member called `path`, such as rack.rtt_us; None if there is none."""
        first, _, rest = path.partition(".")
        for name, kind, place, bits in self.members(self.plain(number)):
            if name == first and not rest:
                return place, bits or 8 * self.bytes_of(kind)
            inner = rest if name == first else path if not name else None
            found = inner and self.find(kind, inner)
            if found:
                return place + found[0], found[1]
        return None
