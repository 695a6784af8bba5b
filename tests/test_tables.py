"""Tables as spreadsheets write them, and as people who mean harm would: read, or refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from PIL import Image as Picture

from documents import tables
from documents.tables import (
    LockedWorkbook,
    NoTable,
    NoValue,
    OldWorkbook,
    Table,
    TooLarge,
    TooManyColumns,
    TooManyRows,
    read_file,
    read_text,
    write_csv,
    write_text,
    write_xlsx,
)

HEADING = ["naam", "wanneer", "van"]
CAFE = ["Repair Café", "2e zaterdag", "10.00"]
ICON = Path(__file__).parent.parent / "docs" / "phone.png"


# -- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["\t", ";", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_tabs_semicolons_and_commas_are_read_with_any_end_of_line(mark: str, end: str) -> None:
    text = end.join([mark.join(HEADING), mark.join(CAFE)])
    assert read_text(text).rows == [HEADING, CAFE]


@pytest.mark.parametrize(
    ("encoding", "before"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16", b""),
        ("utf-16-be", b"\xfe\xff"),
        ("cp1252", b""),
    ],
)
def test_a_file_is_read_in_every_coding_that_dutch_spreadsheets_write(
    encoding: str, before: bytes
) -> None:
    text = "\r\n".join([";".join(HEADING), ";".join(CAFE), "€ 2,50;’t Huis;9.30"])
    rows = read_file(before + text.encode(encoding)).rows
    assert rows == [HEADING, CAFE, ["€ 2,50", "’t Huis", "9.30"]]


def test_the_first_line_that_holds_anything_decides_what_separates() -> None:
    assert read_text("\n \t \nnaam\twanneer\nKoffie; thee, taart\telke dag").rows == [
        [],
        [],
        ["naam", "wanneer"],
        ["Koffie; thee, taart", "elke dag"],
    ]
    assert read_text("naam,wanneer\nKoffie; thee,elke dag").rows[1] == ["Koffie; thee", "elke dag"]


def test_a_line_that_names_the_separator_is_followed_and_keeps_its_number() -> None:
    assert read_text("sep=,\nnaam,wanneer\nSoep; brood,elke dag").rows == [
        [],
        ["naam", "wanneer"],
        ["Soep; brood", "elke dag"],
    ]
    assert read_file(b"\xef\xbb\xbfsep=;\r\nnaam;van\r\n").rows == [[], ["naam", "van"]]


def test_quoted_cells_hold_separators_quotes_and_lines() -> None:
    text = 'naam;wat is het\n"Koffie; ""en"" thee";"Eerste regel\ntweede regel"\n'
    assert read_text(text).rows[1] == ['Koffie; "en" thee', "Eerste regel\ntweede regel"]


def test_a_quote_that_is_never_closed_does_not_swallow_the_rows_below_it() -> None:
    text = 'naam;wanneer\n"Koffie;elke dag\n"Thee";elke week\nSoep "van de dag;nooit'
    assert read_text(text).rows[1:] == [
        ['"Koffie', "elke dag"],
        ["Thee", "elke week"],
        ['Soep "van de dag', "nooit"],
    ]


def test_text_behind_a_closing_quote_loses_no_cell() -> None:
    assert read_text('naam;wanneer\n"Samen" koken;elke dag').rows[1] == [
        '"Samen" koken',
        "elke dag",
    ]


def test_spaces_around_cells_go_and_empty_rows_between_stay() -> None:
    assert read_text(" naam ; van \n\n;;\n a ;\n;;\n\n").rows == [["naam", "van"], [], [], ["a"]]


def test_a_comma_at_the_very_end_is_text_where_semicolons_separate() -> None:
    assert read_text("naam;wat\nKoffie;met taart,").rows[1] == ["Koffie", "met taart,"]


@pytest.mark.parametrize("nothing", ["", "   \n\n", ";;;\n;;;", "\t\t\n", "\ufeff"])
def test_a_text_without_cells_is_an_empty_table(nothing: str) -> None:
    assert read_text(nothing).rows == []
    assert read_file(nothing.encode()).rows == []


def test_as_many_rows_and_columns_as_may_be_are_read_and_one_more_is_not() -> None:
    row = "a;b\n"
    assert len(read_text(row * (tables.MOST_ROWS + 1)).rows) == tables.MOST_ROWS + 1
    with pytest.raises(TooManyRows):
        read_text(row * (tables.MOST_ROWS + 2))
    assert len(read_text(";".join("a" * tables.MOST_COLUMNS)).rows[0]) == 60
    with pytest.raises(TooManyColumns):
        read_text(";".join("a" * 61))
    # Empty columns to the right of a table are none.
    assert read_text("a;b" + ";" * 200 + "\nc;d").rows == [["a", "b"], ["c", "d"]]


def test_ten_thousand_rows_are_too_many_however_they_come() -> None:
    with pytest.raises(TooManyRows):
        read_text("naam\twanneer\n" + "Koffie\telke dag\n" * 10_000)
    with pytest.raises(TooManyRows):
        read_file(b"naam;wanneer\r\n" + b"Koffie;elke dag\r\n" * 10_000)
    # An unclosed quote takes another way through the lines.
    with pytest.raises(TooManyRows):
        read_text('naam;wanneer\n"Koffie\n' + "a;b\n" * 10_000)
    rows = b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 10_000
    with pytest.raises(TooManyRows):
        read_file(with_parts({"xl/worksheets/sheet1.xml": sheet(rows)}))


def test_thousands_of_empty_rows_below_a_table_are_no_rows() -> None:
    assert read_text("naam;van\na;b\n" + ";;;\n" * 15_000).rows == [["naam", "van"], ["a", "b"]]
    with pytest.raises(TooManyRows):
        read_text("naam;van\n" + "\n" * 30_000 + "a;b")


def test_more_letters_or_bytes_than_a_table_has_are_refused_before_they_are_read() -> None:
    with pytest.raises(TooLarge):
        read_text("naam;van\n" + "x" * tables.MOST_LETTERS)
    with pytest.raises(TooLarge):
        read_file(b"x" * (tables.MOST_BYTES + 1))


def test_a_cell_that_the_csv_reader_finds_too_long_is_read_all_the_same() -> None:
    long = "x" * (csv.field_size_limit() + 1)
    assert read_text(f"naam;wat\n{long};koffie").rows[1] == [long, "koffie"]


# -- what is no table -----------------------------------------------------------------------------


def test_pictures_and_documents_are_no_tables_whatever_they_are_called() -> None:
    for data in (
        ICON.read_bytes(),
        b"%PDF-1.7 ...",
        b"{\\rtf1 hallo}",
        b"\x1f\x8b\x08",
        b"\x81\x8d",
    ):
        with pytest.raises(NoTable):
            read_file(data)


def test_an_old_workbook_and_a_locked_one_are_known_for_what_they_are() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    with pytest.raises(OldWorkbook):
        read_file(old)
    with pytest.raises(LockedWorkbook):
        read_file(old + "EncryptedPackage".encode("utf-16-le"))
    locked = bytearray(write_xlsx({"Blad": [HEADING]}))
    entry = -1
    while (entry := locked.find(b"PK\x01\x02", entry + 1)) >= 0:
        locked[entry + 8] |= 1
    with pytest.raises(LockedWorkbook):
        read_file(bytes(locked))


def test_archives_that_are_no_workbook_are_no_tables() -> None:
    word = archive({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<Types/>"})
    for data in (word, archive({}), b"PK\x03\x04" + b"x" * 50, write_xlsx({"B": [HEADING]})[:-40]):
        with pytest.raises(NoTable):
            read_file(data)


def test_a_text_that_begins_like_an_archive_is_still_a_text() -> None:
    assert read_text("PK;van\nx;y").rows == read_file(b"PK;van\nx;y").rows


def test_a_workbook_that_unpacks_to_more_than_a_table_is_refused() -> None:
    many = b"<row><c><v>1</v></c></row>" * 400_000
    with pytest.raises(TooLarge):
        read_file(with_parts({"xl/worksheets/sheet1.xml": sheet(many)}))
    with pytest.raises(TooLarge):
        read_file(with_parts({f"xl/{n}.xml": b"" for n in range(501)}))


def test_a_workbook_that_lies_about_its_size_is_not_unpacked() -> None:
    """Python's own reader takes the declared size for the size, and unpacks all of it at once."""
    data = bytearray(with_parts({"xl/worksheets/sheet1.xml": b" " * (48 << 20)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        entry = -1
        while (entry := data.find(mark, entry + 1)) >= 0:
            if b"sheet1.xml" in data[entry : entry + 100]:
                data[entry + at : entry + at + 4] = (1000).to_bytes(4, "little")
    assert len(data) < tables.MOST_BYTES
    tracemalloc.start()
    with pytest.raises(NoTable):
        read_file(bytes(data))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 24 << 20


def test_a_row_of_a_million_cells_is_refused_before_it_fills_the_memory() -> None:
    row = b"<row>" + b"<c/>" * 1_000_000 + b"</row>"
    with pytest.raises(TooLarge):
        read_file(with_parts({"xl/worksheets/sheet1.xml": sheet(row)}))
    with pytest.raises(TooLarge):
        read_file(with_parts({"xl/styles.xml": b"<s>" + b"<xf/>" * 60_000 + b"</s>"}))


def test_entities_that_multiply_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    head = f"<?xml version='1.0'?><!DOCTYPE x [{laughs}]>".encode()
    for name in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"):
        body = (
            b"<worksheet><sheetData><row><c t='str'><v>&l9;</v></c></row></sheetData></worksheet>"
        )
        with pytest.raises(NoTable):
            read_file(with_parts({name: head + body}))


def test_a_file_of_another_machine_is_not_fetched_by_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    head = f"<!DOCTYPE x [<!ENTITY e SYSTEM '{secret.as_uri()}'>]>".encode()
    cell = b"<row><c t='str'><v>&e;</v></c></row>"
    with pytest.raises(NoTable):
        read_file(with_parts({"xl/worksheets/sheet1.xml": head + sheet(cell)}))


# -- workbooks ------------------------------------------------------------------------------------


def test_values_of_a_workbook_are_read_as_people_write_them() -> None:
    values = {
        dt.date(2026, 12, 9): "9-12-2026",
        dt.datetime(2026, 12, 9, 19, 30): "9-12-2026 19.30",
        dt.time(9, 30): "9.30",
        dt.time(0, 0): "0.00",
        True: "ja",
        2.5: "2,5",
        12.0: "12",
        612345678: "612345678",
        0.1 + 0.2: "0,3",
        "Café ": "Café",
        dt.timedelta(hours=19, minutes=15): "19.15",
    }
    row = [*values, False]
    assert read_file(workbook([row])).rows == [[*values.values(), "nee"]]


def test_hours_that_are_a_hair_less_are_the_whole_minute() -> None:
    book = Workbook()
    book.active["A1"] = 9.5 / 24 - 1e-9
    book.active["A1"].number_format = "h:mm"
    assert read_file(saved(book)).rows == [["9.30"]]


def test_the_first_sheet_that_holds_anything_is_read_and_named() -> None:
    book = Workbook()
    hidden = book.create_sheet("Oud")
    hidden.append(["oud"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Programma").append(["naam"])
    book.create_sheet("Later").append(["later"])
    assert read_file(saved(book)) == Table([["naam"]], sheet="Programma")
    assert read_file(workbook([["naam"]])) == Table([["naam"]])
    assert read_file(workbook([])) == Table()


def test_rows_keep_the_number_that_the_sheet_shows() -> None:
    book = Workbook()
    book.active["A3"], book.active["B5"] = "naam", "x"
    assert read_file(saved(book)).rows == [[], [], ["naam"], [], ["", "x"]]


def test_of_merged_cells_the_first_has_the_value_and_the_table_says_so() -> None:
    book = Workbook()
    book.active.append(["Koffie", "elke dag"])
    book.active["A2"] = "Thee"
    book.active.merge_cells("A1:A2")
    read = read_file(saved(book))
    assert read.merged
    assert read.rows[0] == ["Koffie", "elke dag"]


def test_a_formula_counts_by_its_outcome() -> None:
    cells = (
        b'<row r="1"><c r="A1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
        b'<c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="str"><f>""</f><v></v></c>'
        b'<c r="D1" t="b"><f>1=1</f><v>1</v></c></row>'
    )
    rows = read_file(with_parts({"xl/worksheets/sheet1.xml": sheet(cells)})).rows
    assert rows == [["ab", "2", "", "ja"]]


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="C2"><f>1+1</f></c>',
        b'<c r="C2"><f>1+1</f><v/></c>',
        b'<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        b'<c r="C2" t="e"><v>#N/A</v></c>',
    ],
)
def test_a_formula_without_an_outcome_is_named_by_its_row_and_column(cell: bytes) -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">' + cell + b"</row>"
    with pytest.raises(NoValue) as refused:
        read_file(with_parts({"xl/worksheets/sheet1.xml": sheet(rows)}))
    assert (refused.value.row, refused.value.column) == (2, "C")


def test_too_many_rows_or_columns_of_a_sheet_are_refused() -> None:
    with pytest.raises(TooManyRows):
        read_file(workbook([["a"]] * (tables.MOST_ROWS + 2)))
    with pytest.raises(TooManyColumns):
        read_file(workbook([["a"] * 61]))
    assert len(read_file(workbook([["a"] * 60])).rows[0]) == 60


def test_a_sheet_that_is_coloured_to_its_last_row_is_a_short_table() -> None:
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"/></row>'
    data = with_parts({"xl/worksheets/sheet1.xml": sheet(rows)})
    assert read_file(data).rows == [["1"]]


def test_the_end_of_a_line_within_a_cell_is_one_end_of_a_line() -> None:
    """Excel writes the carriage return of a text that came from elsewhere in letters."""
    cell = b"<row><c t='str'><v>een_x000D_\ntwee</v></c></row>"
    data = with_parts({"xl/worksheets/sheet1.xml": sheet(cell)})
    assert read_file(data).rows == [["een\ntwee"]]


def test_a_picture_in_a_workbook_is_passed_over() -> None:
    book = Workbook()
    book.active.append(HEADING)
    picture = io.BytesIO()
    Picture.new("RGB", (8, 8)).save(picture, "PNG")
    book.active.add_image(Image(picture), "D4")
    assert read_file(saved(book)).rows == [HEADING]


# -- writing --------------------------------------------------------------------------------------


def test_what_is_written_opens_by_a_double_click_in_a_dutch_spreadsheet() -> None:
    rows = [
        ["naam", "dag"],
        ["Café", dt.date(2026, 12, 9), dt.time(9, 5), Decimal("2.5"), 12, None],
    ]
    assert (
        write_csv(rows) == b"\xef\xbb\xbfnaam;dag\r\n" + "Café;9-12-2026;9:05;2,50;12;\r\n".encode()
    )


def test_a_workbook_holds_dates_times_and_amounts_as_such() -> None:
    row = ["Koffie", dt.date(2026, 12, 9), dt.time(9, 5), Decimal("2.50"), 12]
    book = load_workbook(io.BytesIO(write_xlsx({"Programma": [["naam"], row], "Uitleg": [["x"]]})))
    assert book.sheetnames == ["Programma", "Uitleg"]
    cells = book["Programma"][2]
    assert [cell.value for cell in cells[:3]] == ["Koffie", dt.datetime(2026, 12, 9), row[2]]
    assert [cell.number_format for cell in cells[1:4]] == ["d-m-yyyy", "h:mm", "0.00"]
    assert book["Programma"]["A1"].font.bold


FORMULAS = ["=1+1", "+31 6", "-2", "@SUM(A1)", "＝1+1", "=cmd|' /C calc'!A0", "'=1", "''=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    rows = [["naam", "wat"], [text, "x"]]
    (line,) = list(csv.reader(write_csv(rows).decode("utf-8-sig").splitlines()[1:], delimiter=";"))
    assert line[0].startswith("'")
    cell = load_workbook(io.BytesIO(write_xlsx({"Blad": rows})))["Blad"]["A2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)
    for data in (write_csv(rows), write_xlsx({"Blad": rows})):
        assert read_file(data).rows == rows


def test_letters_that_no_workbook_can_hold_do_not_spoil_the_others() -> None:
    data = write_xlsx({"Blad": [["a\x00b\x0bc\ufffe\uffffd\ud800e"]]})
    assert read_file(data).rows == [["abcde"]]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=12)
ROWS = st.lists(st.lists(CELLS.map(str.strip), max_size=5), max_size=6)


def shortened(rows: list[list[str]]) -> list[list[str]]:
    """Rows without what is empty at their ends, as a table has them."""
    kept = []
    for row in rows:
        full = [place for place, cell in enumerate(row, 1) if cell]
        kept.append(row[: max(full, default=0)])
    while kept and not kept[-1]:
        kept.pop()
    return kept


@given(ROWS)
def test_what_is_written_as_text_is_read_back(rows: list[list[str]]) -> None:
    rows = [["naam", "wanneer"], *rows]
    assert read_text(write_text(rows)).rows == shortened(rows)
    assert read_file(write_csv(rows)).rows == shortened(rows)
    # Browsers end the lines of a field in their own way.
    assert read_text(write_text(rows).replace("\n", "\r\n")).rows == shortened(rows)


@given(ROWS)
@settings(max_examples=20)
def test_what_is_written_as_a_workbook_is_read_back(rows: list[list[str]]) -> None:
    expected = [[tables._NOT_IN_XML.sub("", cell).strip() for cell in row] for row in rows]
    assert read_file(write_xlsx({"Blad": rows})).rows == shortened(expected)


@given(st.text() | st.text(" \t\n;,\"a'=", max_size=60))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    try:
        rows = read_text(text).rows
    except NoTable:
        return
    assert all(cell == cell.strip() for row in rows for cell in row)


@given(st.binary() | st.binary().map(lambda rest: b"PK\x03\x04" + rest))
def test_any_file_is_a_table_or_refused(data: bytes) -> None:
    try:
        read_file(data)
    except NoTable:
        return


@given(
    st.dates(dt.date(1900, 3, 1), dt.date(2100, 12, 31)), st.times(), st.decimals(0, 9999, places=2)
)
@settings(max_examples=12)
def test_dates_times_and_amounts_read_back_the_same_from_both_kinds(
    day: dt.date, time: dt.time, amount: Decimal
) -> None:
    time = time.replace(second=0, microsecond=0)
    row = ["x", day, time, amount, 7]
    from_book = read_file(write_xlsx({"Blad": [["naam", "dag"], row]})).rows[1]
    from_text = read_file(write_csv([["naam", "dag"], row])).rows[1]
    assert from_book[1] == from_text[1] == f"{day.day}-{day.month}-{day.year}"
    assert from_book[2] == from_text[2].replace(":", ".") == f"{time.hour}.{time.minute:02d}"
    assert Decimal(from_book[3].replace(",", ".")) == amount
    assert Decimal(from_text[3].replace(",", ".")) == amount


# -- workbooks as others make them ----------------------------------------------------------------


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(name, text)
    return file.getvalue()


def with_parts(parts: dict[str, bytes]) -> bytes:
    """A good workbook, some parts of which are others."""
    with zipfile.ZipFile(io.BytesIO(workbook([["naam"]]))) as good:
        return archive({name: good.read(name) for name in good.namelist()} | parts)


def sheet(rows: bytes) -> bytes:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<worksheet xmlns="' + space + b'"><sheetData>' + rows + b"</sheetData></worksheet>"


def test_negative_numbers_stay_numbers_and_texts_like_them_are_guarded() -> None:
    text = tables.write_text([["a", "b", "c"], [-5, Decimal("-2.50"), "-5"]])
    assert text == "a;b;c\n-5;-2,50;'-5\n"
    assert tables.read_text(text).rows[1] == ["-5", "-2,50", "-5"]
