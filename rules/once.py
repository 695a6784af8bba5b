"""A form that adds something adds it once, also when a slow connection sends it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from peewee import IntegrityError

from models import SentForm, db

#: After this a form that comes again is taken for a new one.
REMEMBERED = dt.timedelta(days=7)


def once(form: UUID, write: Callable[[], str], now: dt.datetime) -> str:
    """Write what a form asks, or find that it was written; one transaction.

    :param form: the id that the page gave to this form.
    :param write: does the work, and returns the address where its result is seen.
    :return: that address, the same when the form comes a second time.
    """
    try:
        with db.atomic():
            SentForm.delete().where(SentForm.at < now - REMEMBERED).execute()
            # Of two at once the second waits here for the first, and then fails.
            SentForm.create(id=form, at=now, address="")
            address = write()
            SentForm.update(address=address).where(SentForm.id == form).execute()
            return address
    except IntegrityError:
        sent: SentForm | None = SentForm.get_or_none(SentForm.id == form)
        if sent is None:
            raise  # Something else than the form was there already.
        return str(sent.address)
