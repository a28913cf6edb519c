"""The section [restraint]: ages by kind, and what is refused."""

from datetime import timedelta

import pytest

from aupkeep.config.restraint import RestraintSettings
from aupkeep.model.errors import Invalid


def test_a_kind_has_an_age_of_its_own():
    rules = RestraintSettings(oldest=("vulnerability/cve = 60",))
    assert rules.oldest_of("vulnerability/cve") == timedelta(days=60)
    assert rules.oldest_of("messaging/spam") == timedelta(days=30)


@pytest.mark.parametrize("line", ["vulnerability/cve", "x/y = 3", "vulnerability/cve = 0", "=", ""])
def test_another_form_is_refused(line):
    with pytest.raises(Invalid, match="oldest"):
        RestraintSettings(oldest=(line,))


@pytest.mark.parametrize("name", ["digest_minutes", "digest_hours", "kind_a_day", "oldest_days"])
def test_a_number_below_one_is_refused(name):
    with pytest.raises(Invalid, match=name):
        RestraintSettings(**{name: 0})
