"""What an activity is called in other languages: entered by people, never translated by us."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models import Activity, ActivityText, Person, db, for_one_writer
from rules import access


class Text(NamedTuple):
    """A title and what it is, in one language; an empty title is none."""

    title: str = ""
    summary: str = ""


def texts_of(activity: Activity) -> dict[str, Text]:
    """The texts of an activity by language, as far as somebody entered them: one query."""
    rows = ActivityText.select().where(ActivityText.activity == activity)
    return {row.language: Text(row.title, row.summary) for row in rows}


def texts_in(language: str, activity_ids: Iterable[int]) -> dict[int, Text]:
    """The texts in a language by the id of their activity, where somebody entered them: one
    query."""
    rows = ActivityText.select().where(
        ActivityText.language == language, ActivityText.activity.in_(set(activity_ids))
    )
    return {row.activity_id: Text(row.title, row.summary) for row in rows}


def set_texts(
    activity: Activity, texts: Mapping[str, Text], by: Person | None, now: dt.datetime
) -> None:
    """Keep the texts of an activity in some languages; one without a title is taken away.

    Languages that are not named stay as they are. When nothing differs, nothing is noted.

    :raises peewee.IntegrityError: for values that the table refuses.
    """
    with db.atomic():
        for_one_writer(activity.house)
        before = texts_of(activity)
        news = {
            language: text
            for language, text in texts.items()
            if text != before.get(language, Text()) and (text.title or language in before)
        }
        for language, text in news.items():
            mine = (ActivityText.activity == activity) & (ActivityText.language == language)
            if not text.title:
                ActivityText.delete().where(mine).execute()
            elif language in before:
                ActivityText.update(**text._asdict()).where(mine).execute()
            else:
                ActivityText.create(activity=activity, language=language, **text._asdict())
        if news:
            access.note(by, activity.house, "activity.texts", activity, now)
