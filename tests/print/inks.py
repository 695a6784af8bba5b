"""What ink a page puts on paper: the pixels of the page itself, not what its file says of them."""

from __future__ import annotations

from typing import Any

import numpy
import pypdfium2
from numpy.typing import NDArray

#: Fine enough for the strokes of the smallest letters.
_DPI = 150
#: From black (0) to white (1), a pixel each; or red, green and blue of each.
Pixels = NDArray[Any]


def pixels_of(pdf: bytes) -> list[Pixels]:
    """Each page as rows of pixels with red, green and blue from 0 to 255."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [page.render(scale=_DPI / 72, rev_byteorder=True).to_numpy() for page in opened]


def assert_contrast(words: list[dict[str, Any]], pixels: Pixels) -> None:
    """Every word stands out from what lies under it as WCAG asks: 4.5 to 1, and 3 to 1 from 18
    points. How light both are is all that is compared, so it holds in greys too."""
    luminance = _luminance(pixels)
    for word in words:
        left, top, right, bottom = (
            round(word[edge] * _DPI / 72) for edge in ("x0", "top", "x1", "bottom")
        )
        box = luminance[top:bottom, left:right]
        # Thin strokes have soft edges: the darkest and the lightest are ink and paper.
        ratio = (box.max() + 0.05) / (box.min() + 0.05)
        wanted = 3 if word["size"] >= 18 else 4.5
        assert ratio >= wanted, (word["text"], word["size"], ratio)


def assert_black_on_white(pixels: Pixels) -> None:
    """No colour, and no grey but the soft edges of what is black."""
    channels = pixels.astype(int)
    assert (channels.max(axis=2) - channels.min(axis=2)).max() == 0, "colour"
    grey = (channels[:, :, 0] > 40) & (channels[:, :, 0] < 215)
    # A spot of three by three pixels (half a millimetre) is no edge.
    spots = grey.copy()
    for rows in (-1, 0, 1):
        for columns in (-1, 0, 1):
            spots &= numpy.roll(grey, (rows, columns), (0, 1))
    assert not spots.any(), ("grey", numpy.argwhere(spots)[0])


def _luminance(pixels: Pixels) -> Pixels:
    parts = pixels / 255
    linear = numpy.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ numpy.array([0.2126, 0.7152, 0.0722])
