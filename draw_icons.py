"""Draw the icons of the app, for home screens of phones, from static/icons/buurtbord.svg.

Run by hand, by whoever changes that drawing; the results are committed. Needs Chromium.
"""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "static" / "icons"
#: Few colours, so that an icon is no larger than a page.
COLOURS = 32


def main() -> None:
    svg = (FOLDER / "buurtbord.svg").read_text()
    # A phone cuts a maskable icon to a shape of its own: the ground goes on to the edge, and the
    # house stands within the middle four fifths.
    ground = re.sub(
        r'<rect [^>]* fill="([^"]+)"/>',
        r'<rect x="-9" y="-9" width="50" height="50" fill="\1"/>',
        svg,
    )
    masked = ground.replace('viewBox="0 0 32 32"', 'viewBox="-6 -6 44 44"')
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page()
        draw(page, svg, 192, "app-192")
        draw(page, svg, 512, "app-512")
        draw(page, masked, 512, "app-maskable-512")
        chromium.close()


def draw(page: Page, svg: str, size: int, name: str) -> None:
    """Write an SVG as a PNG of so many pixels."""
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>body{{margin:0}} svg{{display:block;width:{size}px}}</style>{svg}")
    image = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    small = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    small.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
