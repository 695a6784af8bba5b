"""The QR codes on paper, read as a phone would."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image

#: Dots per inch: coarser than any printer, as coarse as a phone that is held far away.
DPI = 100


def codes_of(pdf: bytes) -> list[list[str]]:
    """What the codes of each page say."""
    return [[each.text for each in page] for page in seen_codes(pdf)]


def bottoms_of(pdf: bytes) -> list[float]:
    """How far from the top of its page each code ends, in millimetres."""
    ends = [each.position for page in seen_codes(pdf) for each in page]
    return [max(at.bottom_left.y, at.bottom_right.y) / DPI * 25.4 for at in ends]


def seen_codes(pdf: bytes) -> list[list[zxingcpp.Barcode]]:
    """The codes of each page, from a picture of it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-png", "-", f"{folder}/page"], input=pdf, check=True
        )
        return [_read(picture) for picture in sorted(Path(folder).glob("page-*.png"))]


def _read(picture: Path) -> list[zxingcpp.Barcode]:
    with Image.open(picture) as opened:
        return list(zxingcpp.read_barcodes(opened.convert("L")))
