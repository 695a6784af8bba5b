"""QR codes as SVG that stands in the page itself."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_svg(address: str) -> Markup:
    """The address as a QR code of dark squares on white, sized by the style sheet."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    # segno made this text from the code's squares alone.
    return Markup(svg)  # noqa: S704
