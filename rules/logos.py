"""Logos of partners: a PNG made small, or an SVG of which only the drawing is kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, register_namespace, tostring

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from rules import Refused
from rules.pictures import NoPicture, shrink_logo

MOST_BYTES = 2 * 1024 * 1024
#: A drawn logo is some kilobytes; a traced photo is not a logo.
MOST_SVG_BYTES = 150 * 1024
MOST_ELEMENTS = 2000
#: Shapes that are cut out, times the parts of what cuts them.
MOST_CUT = 20_000

_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DRAWN = _words(
    "svg g path rect circle ellipse line polyline polygon defs linearGradient radialGradient stop"
    " clipPath use"
)
#: What draws nothing by itself; the logo is the same without it.
_NEEDLESS = _words("title desc metadata script style")
_GEOMETRY = _words(
    "id d x y x1 x2 y1 y2 cx cy r rx ry fx fy points transform width height viewBox offset"
    " gradientUnits gradientTransform clipPathUnits preserveAspectRatio"
)
_PAINT = _words(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin"
    " stroke-miterlimit stroke-dasharray stroke-dashoffset opacity clip-path clip-rule color"
    " stop-color stop-opacity display visibility"
)
#: Without a colon nothing has a scheme; without a backslash nothing is written in another way.
_HARMLESS = re.compile(r"[\w\s.,;#%()+*/-]*", re.ASCII)
_RULE = re.compile(r" ?((?:\.[\w-]+ ?,? ?)+)\{([^{}]*)\}", re.ASCII)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_LOCAL = re.compile(r"#[\w.-]+", re.ASCII)


class NotAClearLogo(Refused):
    """An SVG with more than shapes in it: letters, photos, filters or addresses elsewhere."""


class LogoTooLarge(Refused):
    """More bytes than a logo has."""


def clean_logo(data: bytes) -> bytes:
    """The logo as it is kept: a PNG or an SVG, told apart by their bytes.

    :raises NoPicture, TooManyPixels, NotAClearLogo, LogoTooLarge:
    """
    if len(data) > MOST_BYTES:
        raise LogoTooLarge
    if data.startswith(b"\x89PNG"):
        return shrink_logo(data)
    if b"<svg" in data[:4096] or data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return _clean_svg(data)
    raise NoPicture


def mime_type(logo: bytes) -> str:
    """What a kept logo is."""
    return "image/png" if logo.startswith(b"\x89PNG") else "image/svg+xml"


def _clean_svg(data: bytes) -> bytes:
    if len(data) > MOST_SVG_BYTES:
        raise LogoTooLarge
    try:
        root = fromstring(data)
    except DefusedXmlException as error:
        raise NotAClearLogo from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise NoPicture from error
    if root.tag != f"{_SVG}svg":
        raise NoPicture
    every = list(root.iter())
    if len(every) > MOST_ELEMENTS:
        raise LogoTooLarge
    _refuse_copies_of_copies(every)
    classes = dict(_rules(every))
    clean = _clean(root, classes, 0)
    if clean is not None:
        _refuse_clips_of_clips(clean)
    if clean is None or not any(each.tag not in _CONTAINERS for each in clean.iter()):
        raise NotAClearLogo
    clean.set("viewBox", _view_box(root))
    for needless in ("width", "height", "x", "y"):
        clean.attrib.pop(needless, None)
    register_namespace("", _SVG.strip("{}"))
    written: bytes = tostring(clean, encoding="utf-8")
    return written


_CONTAINERS = frozenset(_SVG + name for name in ("svg", "g", "defs", "clipPath"))


def _clean(element: Element, classes: dict[str, dict[str, str]], depth: int) -> Element | None:
    """The element with what may be in it; None when it draws nothing."""
    if not isinstance(element.tag, str) or not element.tag.startswith(_SVG):
        return None  # A comment, or what a drawing program keeps for itself.
    name = element.tag.removeprefix(_SVG)
    if name in _NEEDLESS:
        return None
    if name not in _DRAWN or depth > 40:
        raise NotAClearLogo
    clean = Element(element.tag)
    # What a class says gives way to nothing but the element's own style.
    told = {key: value for key, value in element.attrib.items() if key in _GEOMETRY | _PAINT}
    for each in element.get("class", "").split():
        told |= classes.get(each, {})
    told |= _declarations(element.get("style", ""))
    for key, value in told.items():
        clean.set(key, _harmless(value))
    if name in ("use", "linearGradient", "radialGradient"):
        for key in _HREFS:
            if key in element.attrib:
                if not _LOCAL.fullmatch(element.attrib[key]):
                    raise NotAClearLogo
                clean.set("href", element.attrib[key])
    for child in element:
        kept = _clean(child, classes, depth + 1)
        if kept is not None:
            clean.append(kept)
    return clean


def _harmless(value: str) -> str:
    local = re.sub(r"url\(\s*['\"]?(#[\w.-]+)['\"]?\s*\)", r"url(\1)", value, flags=re.ASCII)
    rest = re.sub(r"url\(#[\w.-]+\)", "", local, flags=re.ASCII)
    if not _HARMLESS.fullmatch(rest) or "url" in rest.lower():
        raise NotAClearLogo
    return local


def _declarations(style: str) -> dict[str, str]:
    """'fill:#fff;stroke:none' by name, without what is no paint."""
    pairs = (part.split(":", 1) for part in _COMMENT.sub("", style).split(";") if ":" in part)
    told = {name.strip().lower(): value.strip() for name, value in pairs}
    return {name: value for name, value in told.items() if name in _PAINT}


def _rules(every: list[Element]) -> Iterator[tuple[str, dict[str, str]]]:
    """What a style sheet inside says of each class; drawing programs write no other rules."""
    found: dict[str, dict[str, str]] = {}
    for element in every:
        if element.tag != f"{_SVG}style":
            continue
        # Runs of spaces become one: the pattern would try each of them twice.
        rest = " ".join(_COMMENT.sub("", element.text or "").split())
        while rest:
            rule = _RULE.match(rest)
            if rule is None:
                raise NotAClearLogo
            for name in re.findall(r"\.([\w-]+)", rule[1], re.ASCII):
                found.setdefault(name, {}).update(_declarations(rule[2]))
            rest = rest[rule.end() :]
    yield from found.items()


def _refuse_copies_of_copies(every: list[Element]) -> None:
    """Ten copies of ten copies of ten copies would keep the press busy for a day."""
    copies = [each for each in every if each.tag == f"{_SVG}use"]
    if len(copies) > 100:
        raise NotAClearLogo
    named = {each.get("id"): each for each in every if each.get("id")}
    for copy in copies:
        address = next((copy.attrib[key] for key in _HREFS if key in copy.attrib), "")
        source = named.get(address.removeprefix("#"))
        if source is None or any(each.tag == f"{_SVG}use" for each in source.iter()):
            raise NotAClearLogo


def _refuse_clips_of_clips(root: Element) -> None:
    """As with copies: what is cut out by what is cut out is drawn as often as there are of both."""
    clips = [each for each in root.iter() if each.tag == f"{_SVG}clipPath"]
    if any(each.get("clip-path") for clip in clips for each in clip.iter()):
        raise NotAClearLogo
    cut = sum(bool(each.get("clip-path")) for each in root.iter())
    if cut * max((sum(1 for _part in clip.iter()) for clip in clips), default=0) > MOST_CUT:
        raise NotAClearLogo


def _view_box(root: Element) -> str:
    """Its own, or else as wide and high as it says."""
    numbers = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(numbers) != 4:
        sides = [re.sub(r"px$", "", root.get(name, "").strip()) for name in ("width", "height")]
        numbers = ["0", "0", *sides]
    try:
        _left, _top, width, height = map(float, numbers)
    except ValueError as error:
        raise NotAClearLogo from error
    # Thinner than a line of letters, or a number that is none.
    if not (0 < width < 1e6 and 0 < height < 1e6 and 1 / 20 <= width / height <= 20):
        raise NotAClearLogo
    return " ".join(numbers)
