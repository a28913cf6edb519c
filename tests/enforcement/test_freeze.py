"""The switch is a file: there or not."""

from pathlib import Path

from aupkeep.enforcement.freeze import freeze, frozen, thaw


def test_turns_on_and_off(tmp_path: Path):
    """Freeze, thaw, and thaw again which says it was off."""
    switch = tmp_path / "deep" / "freeze"
    assert not frozen(switch)
    freeze(switch, "kari: too many blocks")
    assert frozen(switch)
    assert "kari" in switch.read_text()
    assert thaw(switch)
    assert not frozen(switch)
    assert not thaw(switch)


def test_touch_is_enough(tmp_path: Path):
    """An empty file, or a dangling link, freezes as well."""
    (tmp_path / "a").touch()
    (tmp_path / "b").symlink_to(tmp_path / "nowhere")
    assert frozen(tmp_path / "a")
    assert frozen(tmp_path / "b")


def test_doubt_freezes(tmp_path: Path):
    """A path that cannot be looked at counts as frozen."""
    (tmp_path / "file").touch()
    assert frozen(tmp_path / "file" / "freeze")
