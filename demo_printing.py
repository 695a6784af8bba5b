"""What a house of the demo made of its paper: a poster of its own, a logo, login cards, sheets."""

from __future__ import annotations

import datetime as dt

from models import Highlights, House, HousePartner, Membership, Partner, Person, Role
from rules import horizon, people, poster_edits, tally_sheets
from rules.logos import clean_logo
from rules.wall_time import month_of, week_of

#: So many volunteers keep a card in their purse.
CARDS = 5
GREETING = "Kom binnen, de koffie staat klaar!"
#: What stands out on the poster of the next month, when it is on then.
HIGHLIGHT = "Samen lunchen"
#: The partner with a logo, which is drawn for the demo.
PARTNER = "WMO"
LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32">
<g fill="none" stroke="#0b5d5e" stroke-width="5"><path d="M4 5l7 22 7-15 7 15 7-22"/>
<path d="M40 28V6l10 13L60 6v22"/><circle cx="79" cy="16.5" r="10.5"/></g></svg>"""


def live(house: House, by: Person, today: dt.date, now: dt.datetime) -> None:
    """The poster of next month, the logo of a partner, the cards of some volunteers, and the tally
    sheets of the days of this week that are still to come."""
    coming = month_of(today)[1] + dt.timedelta(days=1)
    horizon.keep_filled(house, today, now, month_of(coming)[1])
    _make_it_theirs(house, coming, by, now)
    joined = HousePartner.select(HousePartner, Partner).join(Partner)
    for row in joined.where(HousePartner.house == house, Partner.name == PARTNER):
        poster_edits.set_logo(house, row.partner, clean_logo(LOGO), by, now)
    volunteers = (Membership.house == house) & (Membership.role == Role.volunteer)
    members = Membership.select(Membership, Person).join(Person).where(volunteers)
    for member in members.order_by(Membership.id).limit(CARDS):
        # Nobody needs to know the secret: a new card is made when one is printed.
        people.make_card(member, by, now)
    left = [day for day in week_of(today) if day > today]
    tally_sheets.make_sheets(house, left, by, now, today)


def _make_it_theirs(house: House, month: dt.date, by: Person, now: dt.datetime) -> None:
    on = {each.title: each.id for each in poster_edits.activities_of(house, month)}
    chosen = poster_edits.Chosen(greeting=GREETING)
    if HIGHLIGHT in on:
        chosen = chosen._replace(highlights=Highlights.one, highlight=on[HIGHLIGHT])
    poster_edits.save_edit(house, month, chosen, by, now, seen=0)
