"""The drivers of other packages: those that cannot be had are named with their reason."""

import pytest

from aupkeep.enforcement import registry
from aupkeep.enforcement.registry import broken_drivers, driver_named, known_drivers, lacking
from aupkeep.model.errors import AupkeepError, Invalid

DRIVER = known_drivers()["record"]


class Odd:
    """What answers to a driver's name and its question."""

    name = "odd"

    def __init__(self, answer: str | Exception | None) -> None:
        self.answer = answer

    def missing(self) -> str | None:
        """What this machine lacks for it."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def other_packages(monkeypatch):
    """One driver that works, one that is none, one that does not load."""

    def plugins(where: str, what: str, broken: dict[str, str]) -> dict[str, object]:
        assert (where, what) == ("aupkeep.enforcement.drivers", "DRIVER")
        broken["late"] = "its package does not load"
        return {"record": DRIVER, "odd": Odd(None)}

    monkeypatch.setattr(registry, "plugins", plugins)
    known = dict(known_drivers())  # with what other tests put there
    registry._found.cache_clear()
    yield
    monkeypatch.undo()
    registry._found.cache_clear()
    known_drivers().update(known)


@pytest.mark.usefixtures("other_packages")
def test_what_is_no_driver_has_a_reason():
    assert known_drivers() == {"record": DRIVER}
    reasons = {"late": "its package does not load", "odd": "expected a DriverPlugin, found Odd"}
    assert broken_drivers() == reasons
    assert driver_named("record") is DRIVER
    for name, reason in reasons.items():
        with pytest.raises(Invalid) as caught:
            driver_named(name)
        assert str(caught.value) == f"driver {name}: {reason}"
    with pytest.raises(Invalid) as caught:
        driver_named("x" * 50)
    assert str(caught.value) == f"driver: expected one of record, found {'x' * 40!r}"


def test_the_drivers_that_there_are():
    """Are named, one after another."""
    with pytest.raises(Invalid, match="expected one of bgp, ceph-rgw, dns-update, haproxy, "):
        driver_named("nftable")


def test_what_a_machine_lacks():
    """In the driver's own words, or why it cannot say: a fault of its own is told with its name."""
    assert lacking(Odd(None)) is None
    assert lacking(Odd("nft is not installed")) == "nft is not installed"
    assert lacking(Odd(AupkeepError("no such file"))) == "no such file"
    assert "odd" in lacking(Odd(ZeroDivisionError("division")))


def test_one_of_ours_is_had_by_itself(monkeypatch):
    """By its module's name; a word that is no module's name looks for all, and is refused."""
    monkeypatch.setattr(registry, "known_drivers", dict)
    monkeypatch.setattr(registry, "broken_drivers", dict)
    for name in ("record", "dns-update", "ceph-rgw"):
        assert driver_named(name).name == name
    for name in ("dns_update", "record.json", "..record", "", "s 3"):
        with pytest.raises(Invalid, match="expected one of"):
            driver_named(name)
