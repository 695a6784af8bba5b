"""What a house makes of its poster of a month: a greeting, what stands out, a photo, an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from peewee import fn

from models import (
    Activity,
    BlockOrder,
    Highlights,
    House,
    HousePartner,
    Occurrence,
    OccurrenceState,
    Partner,
    Person,
    PosterEdit,
    PosterLeftOut,
    PosterPhoto,
    db,
    for_one_writer,
)
from rules import Refused, access, kept_papers
from rules.pictures import Photo
from rules.wall_time import month_of


class EditedMeanwhile(Refused):
    """Somebody else saved this poster after the form was opened."""


class NotOnThisPoster(Refused):
    """An activity of another house, or one that is not in this month."""


class NothingToCopy(Refused):
    """The month before has nothing that could be copied."""


class AlreadyEdited(Refused):
    """The month to copy to has a poster of its own making."""


class NotAPartner(Refused):
    """A partner of other houses only."""


class PhotoWithoutWords(Refused):
    """Who cannot see the photo must be told what is on it."""


class Chosen(NamedTuple):
    """What the form of a poster says.

    highlight: the id of the activity that stands out, with ``Highlights.one``.
    left_out: ids of activities. photo: a new one. photo_words: what is to be seen on it, or on the
    one that is kept; a photo is taken away by ``no_photo``.
    """

    greeting: str = ""
    blocks: BlockOrder = BlockOrder.weekly_listed_band
    highlights: Highlights = Highlights.usual
    highlight: int | None = None
    left_out: Collection[int] = ()
    photo: Photo | None = None
    photo_words: str = ""
    no_photo: bool = False


def edit_of(house: House, month: dt.date) -> PosterEdit | None:
    """What was made of the poster of the month that holds ``month``: one query."""
    found: PosterEdit | None = PosterEdit.get_or_none(
        PosterEdit.house == house, PosterEdit.month == month_of(month)[0]
    )
    return found


def photo_of(edit: PosterEdit) -> PosterPhoto | None:
    """The photo of a poster, with its bytes: one query."""
    found: PosterPhoto | None = PosterPhoto.get_or_none(PosterPhoto.edit == edit)
    return found


def photo_words(edit: PosterEdit) -> str:
    """What is to be seen on the photo; empty when there is none. One query, without the photo."""
    found = PosterPhoto.select(PosterPhoto.words).where(PosterPhoto.edit == edit).first()
    return found.words if found else ""


def left_out(edit: PosterEdit) -> set[int]:
    """The ids of the activities that the poster does not name: one query."""
    rows = PosterLeftOut.select(PosterLeftOut.activity).where(PosterLeftOut.edit == edit)
    return {row.activity_id for row in rows}


def activities_of(house: House, month: dt.date) -> list[Activity]:
    """The published activities that are on in a month, by title, each with ``times``, how often it
    is on: one query."""
    first, last = month_of(month)
    query = (
        Activity.select(Activity, fn.COUNT(Occurrence.id).alias("times"))
        .join(Occurrence)
        .where(
            Activity.house == house,
            Activity.published,
            Occurrence.date.between(first, last),
            Occurrence.state != OccurrenceState.cancelled,
        )
        .group_by(Activity.id)
        .order_by(fn.LOWER(Activity.title), Activity.id)
    )
    return list(query)


def save_edit(
    house: House, month: dt.date, chosen: Chosen, by: Person | None, now: dt.datetime, *, seen: int
) -> PosterEdit:
    """Keep what the form says of the poster of the month that holds ``month``.

    seen: ``PosterEdit.sequence`` when the form was opened; 0 when there was none.

    :raises EditedMeanwhile: when it was saved since.
    :raises NotOnThisPoster: for an activity that this house does not have in this month.
    :raises PhotoWithoutWords: when there will be a photo and nothing is said of it.
    """
    first = month_of(month)[0]
    with db.atomic():
        for_one_writer(house)
        edit = edit_of(house, first) or PosterEdit(house=house, month=first)
        if edit.sequence != seen:
            raise EditedMeanwhile
        named = set(chosen.left_out)
        if chosen.highlights == Highlights.one:
            if chosen.highlight is None:
                raise NotOnThisPoster
            named.add(chosen.highlight)
        # Left out before and not on any more: that stays, in case it comes back.
        if not named <= {each.id for each in activities_of(house, first)} | _kept(edit):
            raise NotOnThisPoster
        edit.greeting = chosen.greeting
        edit.blocks, edit.highlights = chosen.blocks, chosen.highlights
        edit.highlight = chosen.highlight if chosen.highlights == Highlights.one else None
        edit.sequence += 1
        edit.save()
        _leave_out(edit, chosen.left_out)
        _keep_photo(edit, chosen)
        access.note(by, house, "poster.edit", edit, now)
        return edit


def copy_edit(house: House, month: dt.date, by: Person | None, now: dt.datetime) -> PosterEdit:
    """Make of the poster of a month what was made of that of the month before.

    What stood out and is not on in this month, stands out no more.

    :raises NothingToCopy: when nothing was made of the month before.
    :raises AlreadyEdited: when something was made of this month.
    """
    first = month_of(month)[0]
    with db.atomic():
        for_one_writer(house)
        source = edit_of(house, month_before(first))
        if source is None:
            raise NothingToCopy
        if edit_of(house, first) is not None:
            raise AlreadyEdited
        highlights, highlight = source.highlights, source.highlight_id
        here = {each.id for each in activities_of(house, first)}
        if highlights == Highlights.one and highlight not in here:
            highlights, highlight = Highlights.usual, None
        edit: PosterEdit = PosterEdit.create(
            house=house,
            month=first,
            greeting=source.greeting,
            blocks=source.blocks,
            highlights=highlights,
            highlight=highlight,
            sequence=1,
        )
        _leave_out(edit, left_out(source) & here)
        photo = photo_of(source)
        if photo is not None:
            PosterPhoto.create(
                edit=edit,
                jpeg=photo.jpeg,
                width=photo.width,
                height=photo.height,
                words=photo.words,
            )
        access.note(by, house, "poster.copy", edit, now)
        return edit


def forget_photos(today: dt.date) -> int:
    """Let go of the photos of posters that are of no more use, and of the papers that show them;
    returns how many went. That of last month can still be copied to this one."""
    with db.atomic():
        old = PosterEdit.select(PosterEdit.id).where(PosterEdit.month < month_before(today))
        gone: int = PosterPhoto.delete().where(PosterPhoto.edit.in_(old)).execute()
        if gone:
            kept_papers.forget_photos()
        return gone


def month_before(month: dt.date) -> dt.date:
    """The first day of the month before the one that holds ``month``."""
    return month_of(month_of(month)[0] - dt.timedelta(days=1))[0]


def _kept(edit: PosterEdit) -> set[int]:
    if edit.id is None:
        return set()
    return left_out(edit) | ({edit.highlight_id} if edit.highlight_id else set())


def _leave_out(edit: PosterEdit, activities: Collection[int]) -> None:
    PosterLeftOut.delete().where(PosterLeftOut.edit == edit).execute()
    rows = [{"edit": edit, "activity": each} for each in sorted(set(activities))]
    if rows:
        PosterLeftOut.insert_many(rows).execute()


def _keep_photo(edit: PosterEdit, chosen: Chosen) -> None:
    mine = PosterPhoto.edit == edit
    if chosen.photo is None and not chosen.no_photo:
        there = PosterPhoto.select(PosterPhoto.id).where(mine).exists()
        if there and not chosen.photo_words:
            raise PhotoWithoutWords
        PosterPhoto.update(words=chosen.photo_words).where(mine).execute()
        return
    if PosterPhoto.delete().where(mine).execute():
        kept_papers.forget_photos()
    if chosen.photo is not None:
        if not chosen.photo_words:
            raise PhotoWithoutWords
        PosterPhoto.create(edit=edit, words=chosen.photo_words, **chosen.photo._asdict())


# -- logos ----------------------------------------------------------------------------------------


def partners_with_logos(house: House) -> list[Partner]:
    """The partners of a house in their order, each with its logo: one query."""
    query = (
        Partner.select()
        .join(HousePartner)
        .where(HousePartner.house == house)
        .order_by(HousePartner.position, HousePartner.id)
    )
    return list(query)


def partner_of(house: House, partner_id: int) -> Partner | None:
    """A partner of this house by its id, with its logo; None for those of other houses."""
    found: Partner | None = (
        Partner.select()
        .join(HousePartner)
        .where(HousePartner.house == house, Partner.id == partner_id)
        .first()
    )
    return found


def set_logo(
    house: House, partner: Partner, logo: bytes | None, by: Person | None, now: dt.datetime
) -> None:
    """Give a partner a logo that :func:`rules.logos.clean_logo` made, or take it away with None.

    It stands on the posters of all houses of this partner.

    :raises NotAPartner: when the house does not have this partner.
    """
    with db.atomic():
        if partner_of(house, partner.id) is None:
            raise NotAPartner
        Partner.update(logo=logo).where(Partner.id == partner.id).execute()
        access.note(by, house, "partner.logo", partner, now)
