"""The programme for search engines: schema.org Events as JSON-LD.

After https://schema.org/Event, with what search engines ask of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from models import Activity, ActivityText, House, Occurrence, OccurrenceState
from rules.wall_time import to_local, to_utc

#: So many of the coming dates are told; with more a full page would pass its 5 KB.
MOST = 20
# What could end the element, begin another, or ends a line for a script but not for JSON.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def event_data(
    house: House,
    occurrences: Iterable[Occurrence],
    address: str,
    language: str,
    texts: Mapping[int, ActivityText],
) -> Markup:
    """The coming dates of a house, ready to stand in a ``<script type="application/ld+json">``.

    :param occurrences: in order of time, each with its activity; the first ``MOST`` are told.
    :param address: of the page that shows them, with scheme and host.
    :param texts: what activities are called in ``language``, by their id; else they are Dutch.
    :returns: nothing when there is no date to tell.
    """
    place = _place(house)
    events = [
        _event(occurrence, texts.get(occurrence.activity_id), language)
        | {"url": address, "location": place, "organizer": _organizer(house, address)}
        for occurrence in list(occurrences)[:MOST]
    ]
    return _as_script({"@context": "https://schema.org", "@graph": events}) if events else Markup()


def _event(occurrence: Occurrence, text: ActivityText | None, language: str) -> dict[str, Any]:
    activity = occurrence.activity
    event = {
        "@type": "Event",
        "name": text.title if text else activity.title,
        "startDate": _instant(occurrence.date, occurrence.start_time),
        "eventStatus": f"https://schema.org/Event{_status(occurrence)}",
        "inLanguage": language if text else "nl",
    }
    if occurrence.end_time:
        event["endDate"] = _instant(occurrence.date, occurrence.end_time)
    if occurrence.state == OccurrenceState.moved:
        event["previousStartDate"] = _instant(occurrence.original_date, activity.start_time)
    return event | _price(activity)


def _status(occurrence: Occurrence) -> str:
    if occurrence.state == OccurrenceState.cancelled:
        return "Cancelled"
    return "Rescheduled" if occurrence.state == OccurrenceState.moved else "Scheduled"


def _price(activity: Activity) -> dict[str, Any]:
    if activity.cost_cents == 0 or activity.cost_note.casefold() == "gratis":
        return {"isAccessibleForFree": True}
    if activity.cost_cents is None:
        return {}
    price = f"{activity.cost_cents // 100}.{activity.cost_cents % 100:02d}"
    offer = {"@type": "Offer", "price": price, "priceCurrency": "EUR"}
    return {"isAccessibleForFree": False, "offers": offer}


def _place(house: House) -> dict[str, Any]:
    known = {
        "streetAddress": house.street,
        "postalCode": house.postcode,
        "addressLocality": house.town,
        "addressCountry": "NL",
    }
    postal = {name: value for name, value in known.items() if value}
    return {
        "@type": "Place",
        "name": house.name,
        "address": {"@type": "PostalAddress", **postal},
    }


def _organizer(house: House, address: str) -> dict[str, Any]:
    return {"@type": "Organization", "name": house.name, "url": address.partition("?")[0]}


def _instant(day: dt.date, time: dt.time) -> str:
    """'2026-11-26T10:00:00+01:00': the hour on the wall, with the offset of that day."""
    return to_local(to_utc(day, time)).isoformat()


def _as_script(data: dict[str, Any]) -> Markup:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE))  # noqa: S704
