"""The shared libraries that a Linux program needs, and the symbol versions of each."""

import struct
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Tuple

PT_LOAD, PT_DYNAMIC = 1, 2
DT_NULL, DT_NEEDED, DT_STRTAB = 0, 1, 5
DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF
MACHINES = {62: "x86_64", 183: "aarch64"}


class Needs(NamedTuple):
    """The libraries of a program, and their versions; none if it is linked statically."""

    machine: str
    libraries: List[str]
    versions: List[str]


def needs(program: Path) -> Needs:
    """Reads a 64-bit little-endian program."""
    data = program.read_bytes()
    if data[:6] != b"\x7fELF\x02\x01":
        raise SystemExit(f"{program} is not a 64-bit program for Linux")
    machine = MACHINES.get(struct.unpack_from("<H", data, 18)[0])
    if machine is None:
        raise SystemExit(f"{program} is for a processor that no wheel is made for")
    segments = list(_segments(data))
    entries = [
        entry
        for kind, offset, _, size in segments
        if kind == PT_DYNAMIC
        for entry in _dynamic(data, offset, size)
    ]
    values: Dict[int, int] = dict(entries)
    if DT_STRTAB not in values:
        return Needs(machine, [], [])
    strings = _place(segments, values[DT_STRTAB])

    def text(index: int) -> str:
        start = strings + index
        return data[start : data.index(b"\0", start)].decode()

    libraries = [text(value) for tag, value in entries if tag == DT_NEEDED]
    versions: List[str] = []
    if DT_VERNEED in values:
        place = _place(segments, values[DT_VERNEED])
        versions = [text(index) for index in _versions(data, place, values[DT_VERNEEDNUM])]
    return Needs(machine, libraries, versions)


def _segments(data: bytes) -> Iterator[Tuple[int, int, int, int]]:
    """Yields kind, offset, address and size of each segment."""
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for index in range(count):
        kind, _, offset, address, _, length = struct.unpack_from(
            "<IIQQQQ", data, table + index * size
        )
        yield kind, offset, address, length


def _dynamic(data: bytes, offset: int, size: int) -> Iterator[Tuple[int, int]]:
    for place in range(offset, offset + size, 16):
        tag, value = struct.unpack_from("<qQ", data, place)
        if tag == DT_NULL:
            return
        yield tag, value


def _place(segments: List[Tuple[int, int, int, int]], wanted: int) -> int:
    """Returns the offset in the file of an address."""
    for kind, offset, address, size in segments:
        if kind == PT_LOAD and address <= wanted < address + size:
            return wanted - address + offset
    raise SystemExit("an address of the program is in no segment")


def _versions(data: bytes, place: int, count: int) -> Iterator[int]:
    """Yields the place in the strings of each version that a library must have."""
    for _ in range(count):
        _, names, _, first, step = struct.unpack_from("<HHIII", data, place)
        name = place + first
        for _ in range(names):
            _, _, _, index, following = struct.unpack_from("<IHHII", data, name)
            yield index
            name += following
        place += step
