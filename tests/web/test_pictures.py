"""Takes the pictures of docs/pages.md: `AUPKEEP_PICTURES=1 pytest tests/web/test_pictures.py`."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from web.conftest import Guest
from web.sample_desk import CASE, SampleDesk

PICTURES = Path(__file__).parents[2] / "docs/pictures"
PHONE, DESKTOP = (390, 844), (1440, 900)
SHOTS = [
    ("queue-desktop", "/queue", "light", DESKTOP),
    ("queue-phone", "/queue", "light", PHONE),
    ("queue-dark", "/queue", "dark", DESKTOP),
    ("case-desktop", f"/case/{CASE}", "light", DESKTOP),
    ("case-phone", f"/case/{CASE}", "light", PHONE),
    ("case-dark", f"/case/{CASE}", "dark", DESKTOP),
    ("customer-desktop", "/c/customer/", "light", DESKTOP),
    ("customer-phone", "/c/customer/", "light", PHONE),
    ("customer-dark", "/c/customer/?language=nb", "dark", PHONE),
    ("inbox-desktop", "/inbox", "light", DESKTOP),
    ("inbox-phone", "/inbox/0193a1", "light", PHONE),
    ("reporter-phone", "/r/solved/", "light", PHONE),
    ("reporter-desktop", "/r/reporter/", "light", DESKTOP),
]
MOST_BYTES = 150_000


@pytest.mark.browser
@pytest.mark.skipif(
    os.environ.get("AUPKEEP_PICTURES") != "1" and os.environ.get("CI") != "true",
    reason="takes pictures; set AUPKEEP_PICTURES=1",
)
def test_every_page_has_its_picture(guest: Callable[..., Guest], desk: SampleDesk, tmp_path: Path):
    """Each picture can be taken and is small; they are kept only when asked for."""
    for name, path, scheme, size in SHOTS:
        desk.used.clear()
        one = guest(scheme, size)
        if not path.startswith(("/c/", "/r/")):
            one.sign_in()
        one.go(path)
        file = tmp_path / f"{name}.png"
        one.page.screenshot(path=file, full_page=size == PHONE)
        if shutil.which("pngquant"):
            subprocess.run(
                ["pngquant", "--force", "--skip-if-larger", "--output", file, "64", file],
                check=False,
            )
            assert file.stat().st_size <= MOST_BYTES, name
        if os.environ.get("AUPKEEP_PICTURES") == "1":
            PICTURES.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, PICTURES / file.name)
