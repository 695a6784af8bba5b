"""Houses: their facts, rooms, opening hours and partners."""

from __future__ import annotations

import re
import unicodedata

from models import House

#: Words that stand where a house's name stands in an address.
RESERVED = frozenset({"nieuw"})


def free_slug(name: str) -> str:
    """A name for addresses, made from a house's name, that no other house has: 'wolfsbos'.

    'Huis van de Buurt' says nothing among such houses, so it is left out.
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    plain = re.sub(r"^(huis van de buurt|het|de)\s+(?=\S)", "", plain.strip())
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:36] or "huis"
    taken = {house.slug for house in House.select(House.slug)} | RESERVED
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(taken) + 3) if f"{slug}-{n}" not in taken)
