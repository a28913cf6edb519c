"""Whether the inventory has any assignment: without one no report finds a customer."""

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.model.counted import counted

IMPORTS = "aupkeep customers import CUSTOMERS.csv && aupkeep inventory import ASSIGNMENTS.csv"


def holdings_check(customers: int, assignments: int) -> DoctorCheck:
    """How many customers and live assignments are on record."""
    return DoctorCheck(
        check="inventory",
        ok=customers > 0 and assignments > 0,
        found=f"{counted(customers, 'customer')}, {counted(assignments, 'live assignment')}",
        remedy=IMPORTS,
    )
