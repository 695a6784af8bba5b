"""From facts to HTML for paper: the templates of templates/print, pictograms and QR codes."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from documents.look import Look
from documents.speech import apart, comma, unbroken
from documents.words import _, direction, language, number

ROOT = Path(__file__).resolve().parent.parent
#: Of pictograms and codes: a printer without colour would make dots of anything lighter.
INK = "#000"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "print"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters.update(dates=_keep_dates_together, apart=apart)
    # By name, not by catalogue: the same template is filled in every language.
    environment.install_gettext_callables(_, number, newstyle=True)  # type: ignore[attr-defined]
    return environment


def html(template: str, look: Look, **facts: Any) -> str:
    """Fills a template of templates/print; its root carries ``language``, ``direction`` and, as a
    class, ``style``. Between facts stands ``comma``: unlike a dot it may end a line.

    Letters that were typed as a base and an accent become one, as the fonts know them.
    """
    root = {
        "language": language(),
        "direction": direction(),
        "style": look.style,
        "comma": comma(),
    }
    return normalize("NFC", _environment().get_template(template).render(**root, **facts))


def _keep_dates_together(text: str) -> Markup:
    """Marks '31 december' and '10.00–16.00 uur' in a sentence, so that no line ends in them."""
    return Markup(unbroken().sub(r'<span class="date">\g<0></span>', str(escape(text))))  # noqa: S704


@lru_cache(maxsize=32)
def pictogram(category: str) -> str:
    """The outline of a category as a data: address for ``<img>``."""
    svg = (ROOT / "static" / "icons" / f"{category}.svg").read_text(encoding="utf-8")
    return "data:image/svg+xml," + quote(svg.strip().replace("currentColor", INK))


def category_word(category: str) -> str:
    """What the pictogram says, for who hears the page."""
    return {
        "meet": _("ontmoeten"),
        "sport": _("bewegen"),
        "create": _("creatief"),
        "music": _("muziek"),
        "eat": _("eten"),
        "recover": _("herstel"),
        "advice": _("hulp en advies"),
        "learn": _("leren"),
        "play": _("spelen"),
    }[category]


@lru_cache(maxsize=64)
def qr_code(address: str) -> str:
    """The QR code of an address as a data: address for ``<img>``.

    What it finds takes more time than all else on a sheet, so it is remembered; what is secret is
    drawn by :func:`secret_code`.
    """
    return secret_code(address)


def secret_code(address: str) -> str:
    """As :func:`qr_code`, of an address that nothing may keep."""
    out = io.BytesIO()
    # Level M still reads with a seventh of it torn off; the white around it is that of the page.
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, dark=INK, xmldecl=False, svgns=True, omitsize=True
    )
    return "data:image/svg+xml," + quote(out.getvalue().decode())
