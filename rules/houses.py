"""Houses: their facts, rooms, opening hours and partners."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from peewee import JOIN, IntegrityError, fn

from models import (
    Activity,
    House,
    HousePartner,
    Occurrence,
    OpeningHours,
    Partner,
    Person,
    Room,
    db,
    for_one_writer,
)
from rules import Refused, access
from rules.month_words import hours_in_words, weekdays_in_words
from rules.revision import revised
from rules.wall_time import day_of
from rules.written_sql import columns, row_of, run

#: Words that stand where a house's name stands in an address.
RESERVED = frozenset({"nieuw"})
MOST_ROOMS = 40
MOST_PARTNERS = 40
#: What a house is told of itself: who and where it is, and how near to a shift nobody leaves.
CHANGEABLE = frozenset(
    {"name", "street", "postcode", "town", "phone", "email", "tagline", "cover_hours"}
)
_BY_SLUG = "SELECT {} FROM house h WHERE h.slug = ?".format(columns(House, "h"))  # noqa: S608


def find_house(slug: str) -> House | None:
    """The house of a public address; None when there is no such house."""
    # PostgreSQL is not even asked about text that it cannot hold.
    found = run(_BY_SLUG, (slug,)).fetchone() if slug.isprintable() else None
    return row_of(House, iter(found)) if found else None


_TIME = r"(\d{1,2})(?:[.:](\d{2}))?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|–|tot)\s*{_TIME}", re.ASCII)


class Span(NamedTuple):
    """A part of a day in which a house is open, in wall times."""

    start: dt.time
    end: dt.time


class RoomInUse(Refused):
    """An activity is still in this room."""


class NameTaken(Refused):
    """The house has one of this name already."""


class TooMany(Refused):
    """More than a house can show."""


# -- the house ------------------------------------------------------------------------------------


def free_slug(name: str) -> str:
    """A name for addresses, made from a house's name, that no other house has: 'wolfsbos'.

    'Huis van de Buurt' says nothing among such houses, so it is left out.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    plain = re.sub(r"^(huis van de buurt|het|de)\s+(?=\S)", "", plain.strip())
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36].rstrip("-") or "huis"
    taken = {house.slug for house in House.select(House.slug)} | RESERVED
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(taken) + 3) if f"{slug}-{n}" not in taken)


def add_house(name: str, town: str, by: Person | None, now: dt.datetime) -> House:
    """Store a new house under an address made from its name; returns it."""
    while True:
        # Another house may take the same address in between; then the next one is free.
        slug = free_slug(name)
        try:
            with db.atomic():
                house = House.create(slug=slug, name=name, town=town)
                access.note(by, house, "house.add", house, now)
                return house
        except IntegrityError:
            if not House.select().where(House.slug == slug).exists():
                raise


def change_house(house: House, by: Person | None, now: dt.datetime, **facts: str | int) -> None:
    """Change the facts of a house that are named in ``CHANGEABLE``; its address on the web stays,
    because it is printed on paper."""
    unknown = facts.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"A house is not told its {', '.join(sorted(unknown))} here.")
    with db.atomic():
        for name, value in facts.items():
            setattr(house, name, value)
        house.save(only=list(facts))
        _tell_calendars(house, now)
        access.note(by, house, "house.change", house, now)


def _tell_calendars(house: House, now: dt.datetime) -> None:
    """Each event names the house, its phone and the room: calendars must take it anew."""
    mine = Activity.select(Activity.id).where(Activity.house == house)
    revised((activity.id for activity in mine), now)


# -- rooms ----------------------------------------------------------------------------------------


def rooms_of(house: House) -> list[Room]:
    """The rooms of a house by name, each with ``uses``, its number of activities: one query."""
    query = (
        Room.select(Room, fn.COUNT(Activity.id).alias("uses"))
        .join(Activity, JOIN.LEFT_OUTER)
        .where(Room.house == house)
        .group_by(Room.id)
        .order_by(Room.name)
    )
    return list(query)


def room_of(house: House, room_id: int) -> Room | None:
    """A room of this house by its id; None for those of other houses."""
    found: Room | None = Room.get_or_none(Room.id == room_id, Room.house == house)
    return found


def add_room(house: House, name: str, by: Person | None, now: dt.datetime) -> Room:
    """:raises NameTaken: when the house has a room of this name, in whatever capitals.
    :raises TooMany: beyond 40 rooms.
    """
    with db.atomic():
        for_one_writer(house)
        if Room.select().where(Room.house == house).count() >= MOST_ROOMS:
            raise TooMany
        _refuse_same_room(house, name, None)
        room = Room.create(house=house, name=name)
        access.note(by, house, "room.add", room, now)
        return room


def rename_room(room: Room, name: str, by: Person | None, now: dt.datetime) -> None:
    """:raises NameTaken: when another room of the house has this name."""
    with db.atomic():
        for_one_writer(room.house)
        _refuse_same_room(room.house, name, room)
        room.name = name
        room.save(only=[Room.name])
        _tell_calendars(room.house, now)
        access.note(by, room.house, "room.rename", room, now)


def remove_room(room: Room, by: Person | None, now: dt.datetime) -> None:
    """Take away a room in which nothing happens any more.

    :raises RoomInUse: while an activity or one of its coming dates is in it.
    """
    with db.atomic():
        for_one_writer(room.house)
        coming = (Occurrence.room == room) & (Occurrence.date >= day_of(now))
        if (
            Activity.select().where(Activity.room == room).exists()
            or Occurrence.select().where(coming).exists()
        ):
            raise RoomInUse
        access.note(by, room.house, "room.remove", room, now)
        room.delete_instance()


def _refuse_same_room(house: House, name: str, but: Room | None) -> None:
    for room in Room.select().where(Room.house == house):
        if room != but and room.name.casefold() == name.casefold():
            raise NameTaken


# -- opening hours --------------------------------------------------------------------------------


def hours_of(house: House) -> dict[int, list[Span]]:
    """The spans in which a house is usually open, by weekday (0 is Monday): one query."""
    spans: dict[int, list[Span]] = {weekday: [] for weekday in range(7)}
    rows = OpeningHours.select().where(OpeningHours.house == house)
    for row in rows.order_by(OpeningHours.weekday, OpeningHours.start_time):
        spans[row.weekday].append(Span(row.start_time, row.end_time))
    return spans


def hours_said(hours: dict[int, list[Span]]) -> list[tuple[str, str]]:
    """Opening hours in words: ('maandag t/m vrijdag', '9.00–17.00 uur'), same days together."""
    same: dict[tuple[Span, ...], list[int]] = defaultdict(list)
    for weekday, spans in sorted(hours.items()):
        if spans:
            same[tuple(spans)].append(weekday)
    return [(weekdays_in_words(days), hours_in_words(spans)) for spans, days in same.items()]


def read_hours(text: str) -> list[Span]:
    """Opening hours of a day as people write them: '9-17', '9.00–12.00 en 13.00–17.00', ''.

    :raises ValueError: when they are not understood, turned around, or overlap.
    """
    spans = []
    for part in re.split(r"\s*(?:,|\ben\b|/)\s*", text.replace("uur", "").strip()) if text else ():
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise ValueError(text)
        start, end = (
            dt.time(int(hour), int(minute or 0))
            for hour, minute in (found.group(1, 2), found.group(3, 4))
        )
        spans.append(Span(start, end))
    spans.sort()
    if any(span.start >= span.end for span in spans):
        raise ValueError(text)
    if any(a.end > b.start for a, b in pairwise(spans)):
        raise ValueError(text)
    return spans


def set_hours(
    house: House, hours: dict[int, Iterable[Span]], by: Person | None, now: dt.datetime
) -> None:
    """Replace the usual opening hours, given by weekday (0 is Monday)."""
    with db.atomic():
        for_one_writer(house)
        OpeningHours.delete().where(OpeningHours.house == house).execute()
        for weekday, spans in hours.items():
            for span in spans:
                OpeningHours.create(
                    house=house, weekday=weekday, start_time=span.start, end_time=span.end
                )
        access.note(by, house, "house.hours", house, now)


# -- partners -------------------------------------------------------------------------------------


def partners_of(house: House) -> list[Partner]:
    """The partners of a house in the order in which they were added: one query."""
    query = (
        Partner.select(Partner.id, Partner.name, Partner.url)
        .join(HousePartner)
        .where(HousePartner.house == house)
        .order_by(HousePartner.position, HousePartner.id)
    )
    return list(query)


def partners_elsewhere(house: House) -> list[Partner]:
    """Partners of other houses, by name, that this house might share: one query."""
    here = HousePartner.select(HousePartner.partner).where(HousePartner.house == house)
    query = Partner.select(Partner.id, Partner.name).where(Partner.id.not_in(here))
    return list(query.order_by(Partner.name))


def add_partner(house: House, name: str, by: Person | None, now: dt.datetime) -> Partner:
    """Let a partner belong to a house; one that other houses have already is shared.

    :raises NameTaken: when it belongs to the house already.
    :raises TooMany: beyond 40 partners.
    """
    with db.atomic():
        for_one_writer(house)
        here = partners_of(house)
        if len(here) >= MOST_PARTNERS:
            raise TooMany
        if name.casefold() in {partner.name.casefold() for partner in here}:
            raise NameTaken
        # Another house may add the same one at this moment: then there is one, and it is shared.
        known = {each.name.casefold(): each.name for each in Partner.select(Partner.name)}
        name = known.get(name.casefold(), name)
        Partner.insert(name=name).on_conflict_ignore().execute()
        partner = Partner.get(Partner.name == name)
        HousePartner.create(house=house, partner=partner, position=len(here))
        access.note(by, house, "partner.add", partner, now)
        return partner


def remove_partner(house: House, partner_id: int, by: Person | None, now: dt.datetime) -> None:
    """Let a partner no longer belong to a house; nothing happens when it did not."""
    with db.atomic():
        mine = (HousePartner.house == house) & (HousePartner.partner == partner_id)
        row = HousePartner.get_or_none(mine)
        if row is not None:
            access.note(by, house, "partner.remove", row.partner, now)
            row.delete_instance()
