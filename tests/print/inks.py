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

_PARTS = numpy.arange(256) / 255
#: How much light each of the 256 values of a colour gives, as sRGB has it.
_LINEAR = numpy.where(_PARTS <= 0.04045, _PARTS / 12.92, ((_PARTS + 0.055) / 1.055) ** 2.4)


def pixels_of(pdf: bytes) -> list[Pixels]:
    """Each page as rows of pixels with red, green and blue from 0 to 255."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [page.render(scale=_DPI / 72, rev_byteorder=True).to_numpy() for page in opened]


def assert_contrast(words: list[dict[str, Any]], pixels: Pixels) -> None:
    """Every word stands out from what lies under it as WCAG asks: 4.5 to 1, and 3 to 1 from 18
    points. How light both are is all that is compared, so it holds in greys too."""
    for word in words:
        left, top, right, bottom = (
            round(word[edge] * _DPI / 72) for edge in ("x0", "top", "x1", "bottom")
        )
        box = _luminance(pixels[top:bottom, left:right])
        # Thin strokes have soft edges: the darkest and the lightest are ink and paper.
        ratio = (box.max() + 0.05) / (box.min() + 0.05)
        wanted = 3 if word["size"] >= 18 else 4.5
        assert ratio >= wanted, (word["text"], word["size"], ratio)


def assert_black_on_white(pixels: Pixels) -> None:
    """No colour, and no grey but the soft edges of what is black."""
    red, green, blue = (numpy.ascontiguousarray(pixels[:, :, each]) for each in range(3))
    assert numpy.array_equal(red, green), "colour"
    assert numpy.array_equal(red, blue), "colour"
    grey = (red > 40) & (red < 215)
    # A spot of three by three pixels (half a millimetre) is no edge.
    spots = grey[:-2] & grey[1:-1] & grey[2:]
    spots = spots[:, :-2] & spots[:, 1:-1] & spots[:, 2:]
    assert not spots.any(), ("grey", numpy.argwhere(spots)[0])


def _luminance(pixels: Pixels) -> Pixels:
    return _LINEAR[pixels] @ numpy.array([0.2126, 0.7152, 0.0722])
