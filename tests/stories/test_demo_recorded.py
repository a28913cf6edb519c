"""The demo on a machine that can enforce nothing says what it did not do."""

import pytest
from click.testing import CliRunner

from aupkeep.cli.demo import demo
from aupkeep.lab import world

pytestmark = [pytest.mark.network, pytest.mark.slow]


@pytest.mark.nightly("processes")
def test_the_demo_says_what_it_did_not_do(tmp_path, monkeypatch):
    """It does not end as if every step held: the words and the exit code both say so."""
    monkeypatch.setattr(world, "available", lambda: "no namespaces in this test")
    done = CliRunner().invoke(demo, ["--no-serve", "--folder", str(tmp_path / "demo")])
    assert done.exit_code == 3, done.output
    assert "Every step held" not in done.output
    assert "no port was closed and no traffic was stopped" in done.output
    assert "would be closed; recorded" in done.output
