"""The licences of what Aupkeep installs stand on a page, package by package, as the lock has them.

`AUPKEEP_ACCEPT=1` writes the page anew.
"""

import json
import os
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "licences.md"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
PINNED = re.compile(r"^(\S+==\S+)(.*?)(?=\n    # via|\n\S|\Z)", re.MULTILINE | re.DOTALL)
HEAD = """\
# Licences of what is installed with Aupkeep

Aupkeep itself is under Apache-2.0. Nothing of others is in its repository: `pip` installs these
packages, pinned and hashed in `requirements.lock`, and the build fetches those of the front end.
Licences are as each package declares them.
`just sbom` writes the same with versions and hashes as a CycloneDX file.

| package | licence |
|---|---|
"""
FRONT = {
    "@digdir/designsystemet-css": "MIT",
    "axe-core": "MPL-2.0 (tests only)",
}  # as their package.json on the registry declares


ELSEWHERE = {
    "atheris": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "pika": "BSD-3-Clause",
    "pyrage": "MIT",
    "pyyaml-ft": "MIT License",
    "tzdata": "Apache-2.0",
}  # says nothing itself, is an extra, or is of another Python or system than the tests'


def licence(name: str) -> str:
    """What a package declares: an SPDX expression (PEP 639), a classifier, or its own words."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    own = (told.get("License") or "").strip().partition("\n")[0]
    said = told.get("License-Expression") or ", ".join(classifiers) or own[:60]
    return said or ELSEWHERE.get(name, "")


def test_every_locked_package_is_listed_with_its_licence():
    """A package without a licence that anybody could name is not installed."""
    names = sorted({*LOCKED.findall((ROOT / "requirements.lock").read_text())}, key=str.casefold)
    assert len(names) > 50
    front = json.loads((ROOT / "frontend" / "package.json").read_text())
    used = {**front.get("dependencies", {}), **front.get("devDependencies", {})}
    rows = {name: licence(name) for name in names} | {name: FRONT[name] for name in used}
    assert [name for name, words in rows.items() if not words] == []
    page = HEAD + "".join(f"| {name} | {words} |\n" for name, words in rows.items())
    if os.environ.get("AUPKEEP_ACCEPT"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page


def test_an_install_has_the_packages_that_the_tests_ran_with():
    """Each pin of the install's lock stands in that of development, with the same hashes."""
    install, develop = (
        dict(PINNED.findall((ROOT / name).read_text()))
        for name in ("requirements-install.lock", "requirements.lock")
    )
    assert len(install) > 30
    assert {pin: develop.get(pin) for pin in install} == install
