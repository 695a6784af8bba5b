"""Which partners were there: noted on an opening, never on a visit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import models
from models import House, Opening, OpeningPartner, OpeningState, Partner, Person
from rules import Refused, access
from rules.houses import partners_of
from rules.openings import of_day


@dataclass(frozen=True)
class Presence:
    """An opening, the partners that may be ticked, and the ids of those that were there."""

    opening: Opening
    partners: list[Partner]
    there: frozenset[int]

    @property
    def names(self) -> list[str]:
        return [partner.name for partner in self.partners if partner.id in self.there]

    @property
    def key(self) -> str:
        """What tells the openings of a day apart: when it begins, as '0900'."""
        return f"{self.opening.start_time:%H%M}"


class NoSuchOpening(Refused):
    """The house is not open then."""


class NotYourPartner(Refused):
    """The partner does not belong to this house."""


def presence(house: House, date: dt.date, today: dt.date) -> list[Presence]:
    """The openings of a day that were not closed, with who was there; four queries."""
    openings = of_day(house, date, today)
    partners = partners_of(house)
    there: dict[int, list[Partner]] = {}
    ids = [opening.id for opening in openings if opening.id]
    noted = (
        OpeningPartner.select(OpeningPartner.opening, Partner.id, Partner.name)
        .join(Partner)
        .where(OpeningPartner.opening.in_(ids))
        .order_by(Partner.name)
    )
    for row in noted:
        there.setdefault(row.opening_id, []).append(row.partner)
    own = {partner.id for partner in partners}
    return [
        Presence(
            opening,
            # Who was there stays named, also when the house has left them since.
            [*partners, *(each for each in there.get(opening.id, []) if each.id not in own)],
            frozenset(partner.id for partner in there.get(opening.id, [])),
        )
        for opening in openings
        if opening.state != OpeningState.closed
    ]


def note_partners(
    house: House,
    date: dt.date,
    ticked: Mapping[str, Collection[int]],
    shown: Mapping[str, Collection[int]],
    by: Person | None,
    now: dt.datetime,
    today: dt.date,
) -> None:
    """Store who was there, by opening; what another noted meanwhile stays.

    :param ticked, shown: ids of partners by the key of their opening: what is ticked now, and
        what was when the page was made.
    :raises NoSuchOpening, NotYourPartner:
    """
    with models.db.atomic():
        models.for_one_writer(house)
        found = {each.key: each for each in presence(house, date, today)}
        for key in sorted(ticked.keys() | shown.keys()):
            if key not in found:
                raise NoSuchOpening
            wanted, before = set(ticked.get(key, ())), set(shown.get(key, ()))
            if not wanted | before <= {partner.id for partner in found[key].partners}:
                raise NotYourPartner
            if wanted != before:
                _note(found[key], wanted - before, before - wanted, by, now)


def _note(
    there: Presence, came: set[int], gone: set[int], by: Person | None, now: dt.datetime
) -> None:
    opening = there.opening
    if not opening.id:
        opening.save(force_insert=True)
    for partner in sorted(came - there.there):
        OpeningPartner.create(opening=opening, partner=partner)
    OpeningPartner.delete().where(
        OpeningPartner.opening == opening, OpeningPartner.partner.in_(list(gone))
    ).execute()
    access.note(by, opening.house, "opening.partners", opening, now)
