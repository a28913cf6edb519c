"""Text that no database takes is searched for as it would be stored."""

import pytest

from aupkeep.store.models import CustomerRow, ReportRow

ODD = ("a\x00b", "\ud800", "\udcff", "a\x00\ud800b")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("how", ["", "__icontains", "__startswith", "__iexact", "__gt", "__in"])
def test_no_question_is_an_error(home, odd, how):
    value = [odd] if how == "__in" else odd
    for rows in (CustomerRow.objects, ReportRow.objects):
        assert not rows.filter(**{f"id{how}": value}).exists() or how == "__gt"
