"""How much of an archive is read: as much as of one mail, all its members together.

A megabyte packs a hundred megabytes of log lines. What is beyond stands in the inbox, member by
member, and can be given alone.
"""

from dataclasses import dataclass

from aupkeep.model.report import Reading

PROSE = frozenset({None, "text", "reporter", "copyright"})  # containers that read prose
SPENT = "not read: the archive's members before it hold as much as is read at once; give it alone"


LINE = 80  # characters that a line costs at least
MOST_PROSE = 4 << 20


def weight(text: str) -> int:
    """What a text of lines costs to read, in characters."""
    return max(len(text), LINE * text.count("\n"))


@dataclass(slots=True)
class MemberBudget:
    """What may still be read: characters of prose, claims and rejected rows."""

    prose: int = MOST_PROSE
    claims: int = 100_000

    def take(self, reading: Reading) -> None:
        """Count what a member held."""
        if reading.container in PROSE:
            self.prose -= sum(map(weight, reading.parts))
        self.claims -= len(reading.findings) + len(reading.dead)

    @property
    def spent(self) -> bool:
        """Whether nothing further is read."""
        return self.prose < 0 or self.claims < 0
