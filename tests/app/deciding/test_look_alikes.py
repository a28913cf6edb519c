"""What looks like abuse and is none, from the door to the notice: customers' tags and sharing."""

import pytest

from app.conftest import NOON, report
from app.steps import arrive
from aupkeep.app.inventory.imports import import_customers
from aupkeep.store import notices

HEAD = b"customer,name,contact,language,tags,since\n"


@pytest.mark.parametrize(("tag", "told"), [("", True), ("reseller", True), ("monitoring", False)])
def test_a_monitor_that_logs_in_by_agreement_is_not_told_off(furnished, tag, told):
    """Six failed logins, proven: who watches logins for others hears nothing; a person looks."""
    row = f"alder,Alder,noc@alder.example,nb,{tag},2024-01-01\n"
    import_customers(furnished, HEAD + row.encode())
    (case,) = arrive(furnished, report("203.0.113.10", NOON))
    assert bool(notices.of_case(case.id)) is told
