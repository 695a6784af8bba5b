"""The QR codes on paper, read as a phone would."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import zxingcpp
from PIL import Image


def codes_of(pdf: bytes) -> list[list[str]]:
    """What the codes of each page say, from a picture of 100 dots per inch: coarser than any
    printer, as coarse as a phone that is held far away."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["pdftoppm", "-r", "100", "-png", "-", f"{folder}/page"], input=pdf, check=True
        )
        pictures = sorted(Path(folder).glob("page-*.png"))
        return [[each.text for each in _read(picture)] for picture in pictures]


def _read(picture: Path) -> list[zxingcpp.Barcode]:
    with Image.open(picture) as opened:
        return list(zxingcpp.read_barcodes(opened.convert("L")))
