"""Tables of text, in and out: CSV and XLSX as spreadsheets write them, and rows that were pasted.

A table is a list of rows of plain text. What it means is nobody's business here. Every limit is
looked at before the work that it limits: a file may be broken, or made to do harm.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rules import Refused
from rules.notation import clock

#: A table is made and read by people: what is longer is split, not waited for.
MOST_ROWS = 500
MOST_COLUMNS = 60
MOST_BYTES = 1024 * 1024
MOST_LETTERS = 1_000_000
# So many empty rows in succession are the end of a sheet that was coloured to its last row.
_MOST_EMPTY = 1000
_MOST_LINES = 20_000
# What a workbook may grow to while it is read; a full table of 500 rows takes under half of it.
_MOST_UNPACKED = 8 * 1024 * 1024
_MOST_PARTS = 500
# Its reader keeps all cells of a row in memory, and every style: each far larger than its tag.
_MOST_TAGS = 400_000
_MOST_OTHER_TAGS = 50_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b")
#: What a spreadsheet would take for a formula; with any number of our own marks before it.
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
#: What no XML can hold, however it is written.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

#: A ``Decimal`` is an amount of money: it has two decimals.
Cell = str | int | Decimal | dt.date | dt.time | None


class NoTable(Refused):
    """No table can be read from this: broken, or something else altogether."""


class OldWorkbook(NoTable):
    """An .xls of before 2007."""


class LockedWorkbook(NoTable):
    """A workbook behind a password."""


class TooLarge(NoTable):
    """More bytes than a table has, also when these come out of a small file."""


class TooManyRows(NoTable):
    """More than ``MOST_ROWS``."""


class TooManyColumns(NoTable):
    """More than ``MOST_COLUMNS``."""


class NoValue(NoTable):
    """A formula without a stored outcome, or with an error for one.

    row: from 1. column: 'A', 'B' ... as spreadsheets name them.
    """

    def __init__(self, row: int, column: str):
        super().__init__(row, column)
        self.row = row
        self.column = column


@dataclass(frozen=True)
class Table:
    """What was read: row 1 of the file comes first, rows in between may be empty."""

    rows: list[list[str]] = field(default_factory=list)
    #: The sheet that was read, when the workbook has others beside it.
    sheet: str = ""
    #: Whether cells were merged: only the first of them has a value.
    merged: bool = False


# -- reading --------------------------------------------------------------------------------------


def read_file(data: bytes) -> Table:
    """The table in an uploaded file, whatever its name says it is.

    :raises NoTable: or one of its kinds, when it cannot be read or is too much.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge
    if data.startswith(_OLD_OFFICE):
        raise LockedWorkbook if "EncryptedPackage".encode("utf-16-le") in data else OldWorkbook
    if data.startswith(_ARCHIVE):
        return _read_workbook(data)
    if data.startswith(_OTHER_KINDS):
        raise NoTable
    return read_text(decoded(data))


def decoded(data: bytes) -> str:
    """The text of a file, as Dutch spreadsheets write it: UTF-8, UTF-16 with its mark, or
    Windows-1252.

    :raises NoTable: when it is none of these.
    """
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise NoTable from error


def read_text(text: str) -> Table:
    """The table in text: tabs as spreadsheets copy them, else semicolons, else commas.

    The first line that holds anything decides; 'sep=;' before it does so, too.

    :raises NoTable: or one of its kinds, when it is too much.
    """
    if len(text) > MOST_LETTERS:
        raise TooLarge
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    # Whoever copies whole columns copies thousands of empty rows below them.
    while lines and not lines[-1].strip(" \t;,"):
        lines.pop()
    text = "\n".join(lines)
    told = re.match(r"\s*sep=([;,\t])[ \t;,]*\n", text)
    if told:
        # Its line stays, empty: rows keep the number that the spreadsheet gives them.
        text = "\n" * told[0].count("\n") + text[told.end() :]
    heading = next((line for line in text.split("\n") if line.strip(" \t;,\"'")), "")
    mark = told[1] if told else next((mark for mark in "\t;" if mark in heading), ",")
    return Table(_bounded(_split(text, mark)))


def _split(text: str, mark: str) -> Iterator[list[str]]:
    """The cells of each line. A quote that is never closed does not swallow the rest."""
    try:
        # Lines first: nobody waits for what comes after a row too many.
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        found = list(_until_enough(rows))
    except csv.Error:
        lines = _until_enough(line.split(mark) for line in text.split("\n"))
        found = [[re.sub(r'^"(.*)"$', r"\1", cell.strip()) for cell in row] for row in lines]
    for row in found:
        yield [unguarded(cell.strip()) for cell in row]


def _until_enough(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """No more rows than it takes to see that they are too many."""
    full = 0
    for lines, row in enumerate(rows):
        yield row
        full += any(cell.strip() for cell in row)
        if full > MOST_ROWS + 1:
            return
        if lines > _MOST_LINES:
            raise TooManyRows


def _bounded(rows: Iterable[list[str]]) -> list[list[str]]:
    """The rows with a value, and the empty ones between them, when they are not too many."""
    kept: list[list[str]] = []
    empty = full = letters = 0
    for row in rows:
        while row and not row[-1]:
            row.pop()
        if not row:
            empty += 1
            continue
        if len(row) > MOST_COLUMNS:
            raise TooManyColumns
        kept.extend([] for _ in range(empty))
        kept.append(row)
        empty = 0
        full += 1
        letters += sum(map(len, row))
        # The first one names the columns.
        if full > MOST_ROWS + 1:
            raise TooManyRows
        if letters > MOST_LETTERS:
            raise TooLarge
    return kept


# -- workbooks ------------------------------------------------------------------------------------


def _read_workbook(data: bytes) -> Table:
    try:
        return _rows_of(_unpacked(data))
    except Refused:
        raise
    except Exception as error:
        # A broken workbook breaks its reader in a dozen ways: KeyError, BadZipFile, ParseError, ...
        raise NoTable from error


def _unpacked(data: bytes) -> dict[str, bytes]:
    """The texts of a workbook, each read no further than what is left of the room for all.

    What an archive declares of its sizes is not believed: its reader would unpack more.
    """
    room, parts = _MOST_UNPACKED, {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(part.flag_bits & 1 for part in archive.infolist()):
            raise LockedWorkbook
        if len(archive.infolist()) > _MOST_PARTS:
            raise TooLarge
        for part in archive.infolist():
            # Pictures and the like are no business of a table.
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    text = parts[part.filename] = stream.read(room + 1)
                room -= len(text)
                if room < 0:
                    raise TooLarge
    cells = sum(text.count(b"<") for name, text in parts.items() if _holds_cells(name))
    every = sum(text.count(b"<") for text in parts.values())
    if cells > _MOST_TAGS or every - cells > _MOST_OTHER_TAGS:
        raise TooLarge
    return parts


def _holds_cells(name: str) -> bool:
    return name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml"


def _packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    """A workbook of texts whose size is known."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file


def _rows_of(parts: Mapping[str, bytes]) -> Table:
    # A library that most requests do not need.
    from openpyxl import load_workbook

    file, books = _packed(parts), ExitStack()

    def sheets(*, outcomes: bool) -> list[Any]:
        book = load_workbook(file, read_only=True, data_only=outcomes, keep_links=False)
        books.callback(book.close)
        seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in seen:
            # What a sheet says about its own size is often wrong.
            sheet.reset_dimensions()
        return seen

    with books:
        seen = sheets(outcomes=True)
        written = sheets(outcomes=False) if any(b"<f" in part for part in parts.values()) else []
        for place, sheet in enumerate(seen):
            cells = _cells(sheet, written[place] if written else None)
            rows = _bounded(cells)
            if rows:
                return Table(
                    rows,
                    sheet=sheet.title if len(seen) > 1 else "",
                    merged=any(b"<mergeCell " in part for part in parts.values()),
                )
    return Table()


def _cells(sheet: Any, written: Any | None) -> Iterator[list[str]]:
    """The rows of a sheet as text; ``written`` is the same sheet with formulas for outcomes."""
    from openpyxl.utils import get_column_letter

    width = {"min_col": 1, "max_col": MOST_COLUMNS + 1}
    formulas = written.iter_rows(**width) if written else None
    empty = 0
    for number, row in enumerate(sheet.iter_rows(**width), start=1):
        beside = next(formulas) if formulas else row
        for column, (cell, other) in enumerate(zip(row, beside, strict=True), start=1):
            # Where the outcome is an empty text, the kind says that it is a text.
            lost = other.data_type == "f" and cell.value is None and cell.data_type != "str"
            if lost or (cell.data_type == "e" and cell.value is not None):
                raise NoValue(number, get_column_letter(column))
        found = [in_text(cell.value).strip() for cell in row]
        empty = 0 if any(found) else empty + 1
        if empty > _MOST_EMPTY:
            return
        yield found


def in_text(value: Any) -> str:
    """A value of a cell as people in the Netherlands write it: '9-12-2026', '9.30', '2,5'."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, dt.timedelta):
        # Durations of a day and more are no hours on a clock.
        day = dt.timedelta(days=1)
        return clock((dt.datetime(2000, 1, 1) + value).time()) if value < day else ""
    if isinstance(value, dt.datetime):
        time = f" {clock(value.time())}" if value.time() != dt.time() else ""
        return in_text(value.date()) + time
    if isinstance(value, dt.date):
        return f"{value.day}-{value.month}-{value.year}"
    if isinstance(value, dt.time):
        # Hours are stored as a part of a day: half past nine may be a hair less.
        minutes = min(round((value.hour * 3600 + value.minute * 60 + value.second) / 60), 1439)
        return f"{minutes // 60}.{minutes % 60:02d}"
    # How Excel writes the carriage return of a text that came from elsewhere.
    return str(value).replace("_x000D_\n", "\n")


# -- writing --------------------------------------------------------------------------------------


def guarded(text: str) -> str:
    """Text that a spreadsheet does not take for a formula, with a mark in front where it would."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Without the mark that :func:`guarded` sets."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def write_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as text with semicolons, which :func:`read_text` reads back."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    for row in rows:
        # A number is none of somebody's texts: '-5' is to be counted on with.
        cells = [guarded(_plain(cell)) if isinstance(cell, str) else _plain(cell) for cell in row]
        if len(cells) == 1 and cells[0]:
            # So that a lone 'sep=,' is a text like others.
            text.write('"' + cells[0].replace('"', '""') + '"\n')
        elif cells:
            writer.writerow(cells)
        else:
            text.write("\n")
    return text.getvalue()


def _plain(cell: Cell) -> str:
    # A Dutch spreadsheet takes '9.12' for the ninth of December.
    return f"{cell.hour}:{cell.minute:02d}" if isinstance(cell, dt.time) else in_text(cell)


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as a file that a Dutch Excel opens by a double click: semicolons, and the mark of
    UTF-8."""
    return write_text(rows).replace("\n", "\r\n").encode("utf-8-sig")


def write_xlsx(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """A workbook of sheets by name, with rows each. Dates and times are dates and times, amounts
    are numbers, and text stays text."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        _write_sheet(book.create_sheet(name), [list(row) for row in rows])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_sheet(page: Any, rows: Sequence[Sequence[Cell]]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    page.freeze_panes = "B2"
    for place, widest in enumerate(_widths(rows), start=1):
        page.column_dimensions[get_column_letter(place)].width = widest
    for number, row in enumerate(rows):
        cells = []
        for value in row:
            plain = _NOT_IN_XML.sub("", value) if isinstance(value, str) else value
            cell = WriteOnlyCell(page, plain)
            if isinstance(plain, str):
                cell.data_type = "s"
                cell.quotePrefix = bool(_FORMULA.match(plain))
            else:
                cell.number_format = _FORMATS.get(type(plain), cell.number_format)
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        page.append(cells)


_FORMATS: dict[type, str] = {dt.date: "d-m-yyyy", dt.time: "h:mm", Decimal: "0.00"}


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = range(max((len(row) for row in rows), default=0))
    return [
        min(max(len(in_text(row[place])) for row in rows if place < len(row)) + 2, 40)
        for place in columns
    ]
