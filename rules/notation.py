"""How Dutch readers write dates, times, money and phone numbers. Pure: values in, text out."""

from __future__ import annotations

import datetime as dt
import re

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
# Area codes of three digits, the longest of the Netherlands' public numbering plan; others have
# four. Mobile numbers are written '06 12 34 56 78'.
_SHORT_AREAS = {
    "010", "013", "014", "015", "020", "023", "024", "026", "030", "033", "035", "036", "038",
    "040", "043", "045", "046", "050", "053", "055", "058", "070", "071", "072", "073", "074",
    "075", "076", "077", "078", "079", "085", "088",
}  # fmt: skip


def weekday(day: dt.date) -> str:
    """'donderdag'."""
    return WEEKDAYS[day.weekday()]


def long_date(day: dt.date) -> str:
    """'donderdag 26 november'."""
    return f"{weekday(day)} {day.day} {MONTHS[day.month - 1]}"


def day_and_month(day: dt.date) -> str:
    """'26 november'."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def month(day: dt.date) -> str:
    """'november 2026'."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def short_date(day: dt.date) -> str:
    """'26-11-2026'."""
    return f"{day:%d-%m-%Y}"


def days(first: dt.date, last: dt.date, *, short: bool = False) -> str:
    """'donderdag 31 december 2026' ('do 31 december 2026' in short), '25 en 26 december 2026',
    '20 t/m 28 februari 2027', '19 december 2026 t/m 3 januari 2027'."""
    if first == last:
        name = weekday(first)[:2] if short else weekday(first)
        return f"{name} {day_and_month(first)} {first.year}"
    word = "en" if (last - first).days == 1 else "t/m"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} {word} {day_and_month(last)} {last.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{day_and_month(first)}{year} {word} {day_and_month(last)} {last.year}"


def clock(time: dt.time) -> str:
    """'9.30': no leading zero, a dot."""
    return f"{time.hour}.{time.minute:02d}"


def span(start: dt.time, end: dt.time | None) -> str:
    """'10.00–16.00'; only the start when the end is not known."""
    return clock(start) if end is None else f"{clock(start)}–{clock(end)}"


def euros(cents: int) -> str:
    """'€2,50', '€3'; nothing costs 'gratis'."""
    if cents == 0:
        return "gratis"
    whole, rest = divmod(cents, 100)
    return f"€{whole},{rest:02d}" if rest else f"€{whole}"


def iso_week(day: dt.date) -> str:
    """'2026-W48', the ISO week as it stands in an address."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def read_phone(text: str) -> str:
    """A Dutch phone number, typed in any way, as ten digits.

    :raises ValueError: when it is no Dutch number of ten digits.
    """
    digits = re.sub(r"[\s().\-–/]", "", text)
    digits = re.sub(r"^(\+|00)31(0)?", "0", digits)
    if not re.fullmatch(r"0[1-9]\d{8}", digits):
        raise ValueError(text)
    return digits


def phone(digits: str) -> str:
    """'0528-12 34 56', '06 12 34 56 78': ten stored digits as they are read aloud."""
    if len(digits) != 10:
        return digits
    area = 2 if digits.startswith("06") else 3 if digits[:3] in _SHORT_AREAS else 4
    rest = digits[area:]
    pairs = [rest[:3], rest[3:5], rest[5:]] if len(rest) % 2 else re.findall("..", rest)
    return digits[:area] + (" " if area == 2 else "-") + " ".join(pairs)
