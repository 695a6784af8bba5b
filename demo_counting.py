"""What the house of the demo did with its counts: paper, a correction, partners who were there."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from models import CountSource, House, Opening, OpeningState, Person
from rules import corrections, openings, partners_present, sheet_entry, tally_sheets
from rules.corrections import Right
from rules.day_counts import read_day
from rules.wall_time import to_utc

A_DAY = dt.timedelta(days=1)
#: Every how many openings a partner of the house was there.
PARTNER_EVERY = 3


def live(house: House, by: Person | None, today: dt.date, now: dt.datetime) -> None:
    """A sheet for today, one of an earlier day that was entered beside taps, a day that was put
    right, and the partners of a fortnight."""
    openings.settle(house, today)
    with suppress(tally_sheets.NothingToTally):
        tally_sheets.make_sheet(house, today, by, now, today)
    past = [
        row.date
        for row in Opening.select(Opening.date)
        .where(
            Opening.house == house,
            Opening.date.between(today - 14 * A_DAY, today - A_DAY),
            Opening.state == OpeningState.open,
            Opening.counted,
        )
        .order_by(Opening.date.desc())
    ]
    if len(past) > 1:
        _enter_a_sheet(house, past[0], by, today, now)
        _put_right(house, past[1], by, today, now)
    for number, day in enumerate(past):
        if number % PARTNER_EVERY == 0:
            _note_a_partner(house, day, number, by, today, now)


def _enter_a_sheet(
    house: House, day: dt.date, by: Person | None, today: dt.date, now: dt.datetime
) -> None:
    """The phone was empty for an hour, so somebody ticked; of the other hours the taps count."""
    sheet = tally_sheets.make_sheet(house, day, by, to_utc(day, dt.time(8)), day)
    layout = tally_sheets.layout_of(sheet, day)
    hour = layout.hours[len(layout.hours) // 2]
    numbers = {cell: 4 + 3 * cell[1] for cell in layout.cells if cell[0] == hour}
    try:
        sheet_entry.enter(sheet, numbers, {}, by, now, seen="")
    except sheet_entry.LookFirst as first:
        choices = dict.fromkeys(first.look.both, CountSource.sheet)
        sheet_entry.enter(sheet, numbers, choices, by, now, seen=first.look.fingerprint)


def _put_right(
    house: House, day: dt.date, by: Person | None, today: dt.date, now: dt.datetime
) -> None:
    rows = read_day(house, day).rows
    (hour, activity), row = max(rows.items(), key=lambda item: item[1].n)
    right = Right(hour, activity, row.n + 6, row.n)
    reason = "Een groep van de school stond er niet bij."
    corrections.correct(house, day, [right], reason, by, now, today)


def _note_a_partner(
    house: House, day: dt.date, number: int, by: Person | None, today: dt.date, now: dt.datetime
) -> None:
    for there in partners_present.presence(house, day, today):
        if there.partners:
            partner = there.partners[number % len(there.partners)]
            partners_present.note_partners(
                house, day, {there.key: {partner.id}}, {there.key: set()}, by, now, today
            )
