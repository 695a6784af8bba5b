"""What a house makes of its poster of a month, and how it goes on to the next."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import IntegrityError

from models import (
    Activity,
    AuditEntry,
    BlockOrder,
    Highlights,
    HousePartner,
    Partner,
    PosterEdit,
    PosterLeftOut,
    PosterPhoto,
    Rendering,
    db,
)
from rules import poster_edits
from rules.pictures import Photo
from rules.poster_edits import (
    AlreadyEdited,
    Chosen,
    EditedMeanwhile,
    NotAPartner,
    NothingToCopy,
    NotOnThisPoster,
    PhotoWithoutWords,
)
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import NOW

NOVEMBER, DECEMBER, JANUARY = dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1)
PHOTO = Photo(b"jpeg", 4, 3)


def save(cast: Cast, month: dt.date = DECEMBER, seen: int = 0, **chosen: object) -> PosterEdit:
    told = Chosen(**chosen)  # type: ignore[arg-type]
    return poster_edits.save_edit(cast.wolfsbos, month, told, cast.coordinator, NOW, seen=seen)


@pytest.fixture
def bingo(cast: Cast) -> Activity:
    """On in December, not in January."""
    activity = make_activity(cast.wolfsbos, "Bingo")
    make_occurrence(activity, dt.date(2026, 12, 10))
    return activity


@pytest.fixture
def choir(cast: Cast) -> Activity:
    """On in both."""
    activity = make_activity(cast.wolfsbos, "Zangkoor")
    for month in (DECEMBER, JANUARY):
        make_occurrence(activity, month.replace(day=11))
    return activity


def test_what_was_chosen_is_kept_for_that_house_and_month(
    cast: Cast, bingo: Activity, choir: Activity
) -> None:
    save(
        cast,
        dt.date(2026, 12, 24),
        greeting="Hallo",
        blocks=BlockOrder.band_weekly_listed,
        highlights=Highlights.one,
        highlight=bingo.id,
        left_out=[choir.id],
        photo=PHOTO,
        photo_words="Een boom",
    )
    edit = poster_edits.edit_of(cast.wolfsbos, DECEMBER)
    assert edit is not None
    assert (edit.month, edit.greeting, edit.blocks) == (DECEMBER, "Hallo", "band-weekly-listed")
    assert (edit.highlights, edit.highlight_id, edit.sequence) == ("one", bingo.id, 1)
    assert poster_edits.left_out(edit) == {choir.id}
    assert poster_edits.photo_words(edit) == "Een boom"
    assert poster_edits.edit_of(cast.wolfsbos, JANUARY) is None
    assert poster_edits.edit_of(cast.knooppunt, DECEMBER) is None
    assert AuditEntry.get(AuditEntry.action == "poster.edit").subject_id == str(edit.id)


def test_a_photo_stays_until_it_is_taken_away_or_replaced(cast: Cast) -> None:
    save(cast, photo=PHOTO, photo_words="Een boom")
    edit = save(cast, seen=1, photo_words="Een den")
    stored = poster_edits.photo_of(edit)
    assert stored is not None
    assert (bytes(stored.jpeg), stored.words) == (b"jpeg", "Een den")
    save(cast, seen=2, photo=Photo(b"other", 1, 1), photo_words="Een spar")
    assert [bytes(row.jpeg) for row in PosterPhoto.select()] == [b"other"]
    save(cast, seen=3, no_photo=True)
    assert PosterPhoto.select().count() == 0


def test_papers_with_a_photo_that_was_taken_away_or_replaced_are_kept_no_longer(cast: Cast) -> None:
    def papers() -> list[str]:
        return [row.document for row in Rendering.select().order_by(Rendering.document)]

    def printed() -> None:
        Rendering.delete().execute()
        for document in ("poster-a4", "poster-a4.png", "weekblad"):
            Rendering.create(
                fingerprint=document,
                document=document,
                bytes=b"%PDF-",
                pages=1,
                made_at=NOW,
                seconds=1,
            )

    printed()
    save(cast, photo=PHOTO, photo_words="Een boom")
    save(cast, seen=1, photo_words="Een boom", greeting="Hallo")
    assert papers() == ["poster-a4", "poster-a4.png", "weekblad"], "nobody took a photo away"
    save(cast, seen=2, photo=Photo(b"other", 4, 3), photo_words="Een straat")
    assert papers() == ["weekblad"]
    printed()
    save(cast, seen=3, no_photo=True)
    assert papers() == ["weekblad"]
    printed()
    with pytest.raises(PhotoWithoutWords):
        save(cast, seen=4, photo=PHOTO)
    save(cast, seen=4, no_photo=True)
    assert papers() == ["poster-a4", "poster-a4.png", "weekblad"]


def test_a_photo_needs_words_for_who_cannot_see_it(cast: Cast) -> None:
    with pytest.raises(PhotoWithoutWords):
        save(cast, photo=PHOTO)
    assert PosterEdit.select().count() == 0, "nothing by half"
    save(cast, photo=PHOTO, photo_words="Een boom")
    with pytest.raises(PhotoWithoutWords):
        save(cast, seen=1)


def test_who_saves_what_another_changed_meanwhile_is_told(cast: Cast) -> None:
    save(cast, greeting="Eerst")
    for seen in (0, 2, -1):
        with pytest.raises(EditedMeanwhile):
            save(cast, seen=seen, greeting="Later")
    assert PosterEdit.get().greeting == "Eerst"


def test_another_house_s_activity_or_one_of_another_month_is_refused(
    cast: Cast, bingo: Activity
) -> None:
    foreign = make_activity(cast.knooppunt, "Sjoelen")
    make_occurrence(foreign, dt.date(2026, 12, 10))
    for month, each in ((DECEMBER, foreign.id), (JANUARY, bingo.id), (DECEMBER, 2**31 - 1)):
        with pytest.raises(NotOnThisPoster):
            save(cast, month, left_out=[each])
        with pytest.raises(NotOnThisPoster):
            save(cast, month, highlights=Highlights.one, highlight=each)
    with pytest.raises(NotOnThisPoster):
        save(cast, highlights=Highlights.one)


def test_the_next_month_begins_with_what_was_made_of_this_one(
    cast: Cast, bingo: Activity, choir: Activity
) -> None:
    save(
        cast,
        greeting="Hallo",
        blocks=BlockOrder.listed_weekly_band,
        highlights=Highlights.one,
        highlight=choir.id,
        left_out=[bingo.id],
        photo=PHOTO,
        photo_words="Een boom",
    )
    copy = poster_edits.copy_edit(cast.wolfsbos, JANUARY, cast.coordinator, NOW)
    assert (copy.month, copy.greeting, copy.blocks) == (JANUARY, "Hallo", "listed-weekly-band")
    assert (copy.highlights, copy.highlight_id) == ("one", choir.id)
    assert poster_edits.left_out(copy) == set(), "Bingo is not on in January"
    assert poster_edits.photo_words(copy) == "Een boom"
    with pytest.raises(AlreadyEdited):
        poster_edits.copy_edit(cast.wolfsbos, JANUARY, cast.coordinator, NOW)


def test_what_is_not_on_next_month_stands_out_no_more(cast: Cast, bingo: Activity) -> None:
    save(cast, highlights=Highlights.one, highlight=bingo.id)
    copy = poster_edits.copy_edit(cast.wolfsbos, JANUARY, cast.coordinator, NOW)
    assert (copy.highlights, copy.highlight_id) == ("usual", None)


def test_where_nothing_was_made_nothing_is_copied(cast: Cast) -> None:
    with pytest.raises(NothingToCopy):
        poster_edits.copy_edit(cast.wolfsbos, DECEMBER, cast.coordinator, NOW)


def test_a_month_of_a_house_has_one_poster(cast: Cast) -> None:
    save(cast)
    with pytest.raises(IntegrityError), db.atomic():
        PosterEdit.create(house=cast.wolfsbos, month=DECEMBER)
    with pytest.raises(IntegrityError), db.atomic():
        PosterEdit.create(house=cast.wolfsbos, month=JANUARY, blocks="upside-down")


def test_an_activity_that_is_deleted_leaves_the_poster_as_it_was(
    cast: Cast, bingo: Activity, choir: Activity
) -> None:
    save(cast, highlights=Highlights.one, highlight=bingo.id, left_out=[choir.id])
    bingo.delete_instance()
    choir.delete_instance()
    edit = PosterEdit.get()
    assert (edit.highlights, edit.highlight_id) == ("one", None)
    assert PosterLeftOut.select().count() == 0


def test_a_logo_belongs_to_a_partner_of_the_house(cast: Cast) -> None:
    partner = Partner.create(name="Cosis")
    with pytest.raises(NotAPartner):
        poster_edits.set_logo(cast.wolfsbos, partner, b"<svg/>", cast.coordinator, NOW)
    HousePartner.create(house=cast.wolfsbos, partner=partner)
    poster_edits.set_logo(cast.wolfsbos, partner, b"<svg/>", cast.coordinator, NOW)
    (shown,) = poster_edits.partners_with_logos(cast.wolfsbos)
    assert bytes(shown.logo) == b"<svg/>"
    assert poster_edits.partner_of(cast.knooppunt, partner.id) is None
    poster_edits.set_logo(cast.wolfsbos, partner, None, cast.coordinator, NOW)
    assert Partner.get().logo is None
