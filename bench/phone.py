"""How long a tap takes to be seen on the phone, with no network: run `python -m bench.phone`.

In a headless Chromium the page itself measures, by ``performance.now()``, from the press of '+1'
until the next frame after the number changed. The tap is on the disk by then.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).parent.parent))

import database as databases
from app import create_app
from models import Person, TokenKind
from rules import access
from tests.cast import make_cast

TAPS = 50
#: As a busy day has left on the phone.
EARLIER = 300
#: A phone of some years ago is so many times slower than this machine.
SLOWER = 4

MEASURE = """async (taps) => {
  const total = document.querySelector("[data-total]");
  const plus = document.querySelector("button.one");
  const times = [];
  for (let n = 0; n < taps; n++) {
    const before = total.textContent;
    const began = performance.now();
    plus.click();
    await new Promise((done) => {
      const look = () => total.textContent === before ? requestAnimationFrame(look) : done();
      requestAnimationFrame(look);
    });
    times.push(performance.now() - began);
  }
  return times;
}"""


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    now = dt.datetime(2026, 11, 26, 9, 0)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {
                "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
                "SECRET_KEY": "bench",
                "INSTANCE": folder,
                "CLOCK": lambda: now,
            }
        )
        db = app.extensions["database"]
        databases.migrate(db, Path(folder), now)
        with databases.connected(db):
            make_cast(now.date())
            person = Person.get(Person.first_name == "Joop")
            secret = access.make_login_token(person, TokenKind.invite, now)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            times = measured(f"http://127.0.0.1:{server.port}", secret, Path(folder) / "profile")
        finally:
            server.shutdown()
            thread.join()
            app.extensions["press"].close()
            db.close_all()
    for name, some in times.items():
        print(
            f"tap with no network, {name}: median {median(some):.0f} ms, worst {max(some):.0f} ms"
            f" of {len(some)} (aim: at most 100)"
        )


def measured(address: str, secret: str, profile: Path) -> dict[str, list[float]]:
    """Milliseconds for each tap, on a fast and on a slow phone. The profile is on the disk."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--no-first-run", "--disable-sync"],
            viewport={"width": 360, "height": 740},
        )
        page = context.new_page()
        page.goto(f"{address}/k/{secret}")
        page.get_by_role("button").click()
        page.wait_for_url("**/vandaag")
        page.goto(f"{address}/tellen")
        context.set_offline(True)
        page.evaluate(MEASURE, EARLIER)
        times = {"this machine": page.evaluate(MEASURE, TAPS)}
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        times[f"{SLOWER} times slower"] = page.evaluate(MEASURE, TAPS)
        context.close()
    return times


if __name__ == "__main__":
    main()
