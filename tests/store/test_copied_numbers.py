"""A number that a column does not take is named, with table, row and column."""

import pytest

from aupkeep.model.errors import Conflict
from aupkeep.store.copying import refuse_numbers
from aupkeep.store.models import CaseRow


def test_a_number_out_of_its_column_is_named():
    with pytest.raises(Conflict, match=r"store_case k1: expected rank from -32768 to 32767, found"):
        refuse_numbers([CaseRow(id="k1", rank=10**6)])
