"""Logos: of an SVG only the drawing is kept, and what cannot be cleaned is refused."""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import fromstring

import pytest
from PIL import Image

from rules.logos import LogoTooLarge, NotAClearLogo, clean_logo, mime_type
from rules.pictures import NoPicture

NAMES = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"


def svg(inside: str, root: str = "viewBox='0 0 90 30'") -> bytes:
    return f"<?xml version='1.0'?><svg {NAMES} {root}>{inside}</svg>".encode()


def cleaned(inside: str, root: str = "viewBox='0 0 90 30'") -> str:
    return clean_logo(svg(inside, root)).decode()


def test_shapes_and_their_paint_are_kept() -> None:
    kept = cleaned(
        "<defs><linearGradient id='g'><stop offset='0' stop-color='#fff'/></linearGradient></defs>"
        "<g transform='translate(2 3)'><path d='M0 0h9v9z' fill='url(#g)' stroke-width='.5'/></g>"
    )
    for part in ("viewBox", "linearGradient", "M0 0h9v9z", "url(#g)", "translate(2 3)", ".5"):
        assert part in kept


def test_what_a_drawing_program_says_in_classes_is_said_on_the_shapes() -> None:
    kept = cleaned(
        "<style>/* a */ .a, .b{fill:#e30613;} .b{ stroke : none }</style>"
        "<path class='a' d='M0 0'/><path class='b' style='fill:#123456;cursor:pointer' d='M1 1'/>"
    )
    first, second = list(fromstring(kept))
    assert first.attrib == {"d": "M0 0", "fill": "#e30613"}
    assert second.attrib == {"d": "M1 1", "fill": "#123456", "stroke": "none"}


def test_scripts_remarks_and_handlers_do_not_come_along() -> None:
    kept = cleaned(
        "<!-- Joop --><script>alert(1)</script><title>Joop</title><metadata>Joop</metadata>"
        "<rect width='9' height='9' onclick='alert(1)' data-x='Joop'/>"
    )
    assert [each.attrib for each in fromstring(kept)] == [{"width": "9", "height": "9"}]
    assert "alert" not in kept
    assert "Joop" not in kept


@pytest.mark.parametrize(
    "inside",
    [
        "<foreignObject><p>x</p></foreignObject><rect/>",
        "<image href='https://example.org/x.png'/>",
        "<text>Stichting</text>",
        "<filter id='f'/><rect filter='url(#f)'/>",
        "<rect fill='url(https://example.org/x)'/>",
        "<rect fill='url(data:image/png;base64,x)'/>",
        "<rect style='fill:url(https://example.org/x)'/>",
        "<rect style='fill:u\\72l(//example.org)'/>",
        "<style>@import 'https://example.org/x.css';</style><rect/>",
        "<style>.a{fill:url(//example.org)}</style><rect class='a'/>",
        "<use xlink:href='https://example.org/x.svg#a'/>",
        "<use xlink:href='#nobody'/>",
        "<a xlink:href='javascript:alert(1)'><rect/></a>",
        "<animate attributeName='x'/><rect/>",
        "<g/>",
    ],
)
def test_what_cannot_be_cleaned_is_refused(inside: str) -> None:
    with pytest.raises(NotAClearLogo):
        clean_logo(svg(inside))


def test_copies_of_copies_would_never_end() -> None:
    lines = ["<g id='a0'><rect width='1' height='1'/></g>"]
    for n in range(1, 20):
        copies = f"<use xlink:href='#a{n - 1}'/>" * 4
        lines.append(f"<g id='a{n}'>{copies}</g>")
    with pytest.raises(NotAClearLogo):
        clean_logo(svg("".join(lines)))
    assert "use" in cleaned(lines[0] + "<use xlink:href='#a0' x='5'/>")


def test_entities_are_not_unfolded() -> None:
    bomb = b"<!DOCTYPE svg [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>" + svg("<rect id='&b;'/>")[21:]
    with pytest.raises(NotAClearLogo):
        clean_logo(b"<?xml version='1.0'?>" + bomb)
    with pytest.raises(NotAClearLogo):
        clean_logo(b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>")


def test_a_style_sheet_full_of_spaces_takes_no_time() -> None:
    with pytest.raises(NotAClearLogo):
        clean_logo(svg(f"<style>.a{' ' * 100_000}x</style><rect/>"))


def test_its_shape_is_known_or_it_is_refused() -> None:
    assert 'viewBox="0 0 90 30"' in cleaned("<rect/>", "width='90px' height='30'")
    for root in ("", "width='100%' height='1'", "viewBox='0 0 nan 1'", "viewBox='0 0 1 5000'"):
        with pytest.raises(NotAClearLogo):
            clean_logo(svg("<rect/>", root))


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"<svg", b"<?xml version='1.0'?><html/>"]
)
def test_what_is_no_logo_is_refused(data: bytes) -> None:
    with pytest.raises(NoPicture):
        clean_logo(data)


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(LogoTooLarge):
        clean_logo(svg("<rect/>" * 30_000))
    with pytest.raises(LogoTooLarge):
        clean_logo(b"\x89PNG" + bytes(3 * 1024**2))


def test_a_png_becomes_a_small_png() -> None:
    out = BytesIO()
    Image.new("RGBA", (1200, 300)).save(out, "PNG")
    kept = clean_logo(out.getvalue())
    assert Image.open(BytesIO(kept)).size == (600, 150)
    assert mime_type(kept) == "image/png"
    assert mime_type(clean_logo(svg("<rect/>"))) == "image/svg+xml"


def test_what_is_cut_out_by_what_is_cut_out_would_never_end() -> None:
    nested = "".join(
        f"<clipPath id='c{n}'>{f'''<rect clip-path='url(#c{n + 1})'/>''' * 10}</clipPath>"
        for n in range(9)
    )
    with pytest.raises(NotAClearLogo):
        clean_logo(svg(f"{nested}<clipPath id='c9'><rect/></clipPath><rect clip-path='url(#c0)'/>"))
    once = "<clipPath id='a'><circle r='4'/></clipPath><rect clip-path='url(#a)'/>"
    assert "clip-path" in cleaned(once)


def test_a_shading_that_repeats_without_end_is_drawn_once() -> None:
    shaded = "<linearGradient id='a' x2='0.0000001' spreadMethod='repeat'><stop/></linearGradient>"
    assert "spreadMethod" not in cleaned(f"{shaded}<rect fill='url(#a)'/>")
