"""Which address of a line acted, for the tests of many lines."""

from aupkeep.intake.extract.addresses import AddressSpan, find_addresses
from aupkeep.intake.extract.lines import LineContext, read_line


def offender(line: str) -> AddressSpan | None:
    """The address in a line that acted, or None."""
    claim = read_line(line, find_addresses(line), LineContext(local=True, nobody=True))
    return claim.spot if claim and claim.telling else None
