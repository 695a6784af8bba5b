"""What a power cut leaves of SQLite files: the disk has what was synced, and any part of the rest.

SQLite reaches the disk through a table of functions, its VFS. Here the functions of the library
that the app itself uses are stood beside: what it writes, cuts off and syncs is written down, in
order, and then done. From that the files can be made as they may lie on the disk after any moment.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pysqlite3._sqlite3 as library

#: A disk writes so many bytes or none of them; more may be torn.
SECTOR = 512

# -- the tables of functions, as sqlite3.h has them ------------------------------------------------

_IO = (
    "xClose xRead xWrite xTruncate xSync xFileSize xLock xUnlock xCheckReservedLock xFileControl"
    " xSectorSize xDeviceCharacteristics xShmMap xShmLock xShmBarrier xShmUnmap xFetch xUnfetch"
)


class _Methods(ctypes.Structure):
    _fields_ = [("iVersion", c_int), *((name, c_void_p) for name in _IO.split())]


class _File(ctypes.Structure):
    _fields_ = [("pMethods", POINTER(_Methods))]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", c_void_p),
    ]


_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, POINTER(_File), c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


# -- what is written down --------------------------------------------------------------------------


@dataclass(frozen=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True)
class Sync:
    """It is done: what stood in the log before ``begun`` is on the disk."""

    file: str
    begun: int


@dataclass(frozen=True)
class Told:
    """Somebody was told that something is kept."""

    what: Any


@dataclass
class Log:
    """All that happened to the files of a folder, in order."""

    folder: Path
    events: list[Write | Truncate | Sync | Told] = field(default_factory=list)
    base: dict[str, bytes] = field(default_factory=dict)

    def tell(self, what: Any) -> None:
        self.events.append(Told(what))

    def told(self, moment: int) -> list[Any]:
        """What had been told by then."""
        return [event.what for event in self.events[:moment] if isinstance(event, Told)]

    def after_a_cut(self, moment: int, chance: Random, target: Path) -> None:
        """Write the files into a folder as the power cut at this moment may leave them.

        Of what was not synced nothing may be there, or its beginning with a torn end, or any
        sectors of it, as a disk that writes in another order leaves them.
        """
        happened = self.events[:moment]
        synced = dict.fromkeys(self.base, -1)
        for event in happened:
            if isinstance(event, Sync):
                synced[event.file] = max(synced.get(event.file, -1), event.begun)
        files = {name: bytearray(content) for name, content in self.base.items()}
        loose = [
            place
            for place, event in enumerate(happened)
            if isinstance(event, Write | Truncate) and place >= synced.get(event.file, -1)
        ]
        how = chance.choice(["nothing", "the beginning", "any sectors"])
        torn = chance.choice(loose) if loose else 0

        def maybe() -> bool:
            return chance.random() < 0.5

        for place, event in enumerate(happened):
            if not isinstance(event, Write | Truncate):
                continue
            content = files.setdefault(event.file, bytearray())
            if place < synced.get(event.file, -1):
                _do(content, event)
            elif how == "the beginning" and place <= torn:
                _do(content, event, maybe if place == torn else _surely)
            elif how == "any sectors":
                _do(content, event, maybe)
        target.mkdir()
        for name, content in files.items():
            # A file that was never synced may not even have a name yet.
            if name in synced or content:
                (target / name).write_bytes(content)


def _surely() -> bool:
    return True


def _do(content: bytearray, event: Write | Truncate, reaches: Callable[[], bool] = _surely) -> None:
    if isinstance(event, Truncate):
        if reaches():
            del content[event.size :]
        return
    at, end = event.offset, event.offset + len(event.data)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        if reaches():
            content.extend(bytes(max(0, until - len(content))))
            content[at:until] = event.data[at - event.offset : until - event.offset]
        at = until


@contextmanager
def written_down(folder: Path) -> Iterator[Log]:
    """While this is open, what SQLite does to the files of a folder is logged."""
    sqlite = ctypes.CDLL(library.__file__)
    sqlite.sqlite3_vfs_find.restype = POINTER(_Vfs)
    vfs = sqlite.sqlite3_vfs_find(None).contents
    log = Log(folder, base={each.name: each.read_bytes() for each in folder.iterdir()})
    names: dict[int, str] = {}
    tables: dict[int, tuple[Any, ...]] = {}
    first = vfs.xOpen
    really_open = _OPEN(first)

    def watched(original: Any) -> Any:
        """The functions of a kind of file, three of them with a look over their shoulder."""
        key = ctypes.addressof(original.contents)
        if key not in tables:
            table = _Methods.from_buffer_copy(original.contents)
            really = {
                "xWrite": _WRITE(table.xWrite),
                "xTruncate": _TRUNCATE(table.xTruncate),
                "xSync": _SYNC(table.xSync),
            }

            def write(file: int, data: int, size: int, offset: int) -> int:
                if file in names:
                    log.events.append(Write(names[file], offset, ctypes.string_at(data, size)))
                return int(really["xWrite"](file, data, size, offset))

            def truncate(file: int, size: int) -> int:
                if file in names:
                    log.events.append(Truncate(names[file], size))
                return int(really["xTruncate"](file, size))

            def sync(file: int, flags: int) -> int:
                begun = len(log.events)
                result = int(really["xSync"](file, flags))
                if file in names:
                    log.events.append(Sync(names[file], begun))
                return result

            kept = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
            table.xWrite, table.xTruncate, table.xSync = (
                ctypes.cast(each, c_void_p).value for each in kept
            )
            tables[key] = table, kept, really
        return ctypes.pointer(tables[key][0])

    def open_file(this: int, name: int, file: Any, flags: int, out: int) -> int:
        result = int(really_open(this, name, file, flags, out))
        address = ctypes.addressof(file.contents)
        names.pop(address, None)
        path = Path(os.fsdecode(ctypes.string_at(name))) if name else Path()
        if result == 0 and path.parent == folder:
            names[address] = path.name
            file.contents.pMethods = watched(file.contents.pMethods)
        return result

    ours = _OPEN(open_file)
    vfs.xOpen = ctypes.cast(ours, c_void_p).value
    try:
        yield log
    finally:
        # Who opened a file meanwhile must have closed it: its functions end here.
        vfs.xOpen = first
