"""Who did something: a person, a rule, or the system itself."""

from dataclasses import dataclass, field
from enum import StrEnum

from aupkeep.model.added_field import ADDED_FIELD


class ActorKind(StrEnum):
    """Only a person may judge; a rule may only do what the gate lets it."""

    PERSON = "person"
    RULE = "rule"
    SYSTEM = "system"
    CUSTOMER = "customer"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is a user name, a rule id with its policy version, or a process name.

    `behind` are the people who may be a person here: they made the token, the link or the record
    by which the person acts.
    """

    kind: ActorKind
    id: str
    name: str = ""
    behind: tuple[str, ...] = field(default=(), metadata=ADDED_FIELD)

    @property
    def hands(self) -> frozenset[str]:
        """Everybody whose act this may be. Two people are two where they share nobody."""
        return frozenset({self.id, *self.behind})

    @property
    def told(self) -> str:
        """A person by address, a rule by its id, anybody else by what they are."""
        named = self.kind in {ActorKind.PERSON, ActorKind.RULE}
        return self.id if named else self.kind.value


BY_LINK = "link:"  # how the id of whoever pressed a button of a link begins
SYSTEM = Actor(kind=ActorKind.SYSTEM, id="aupkeep", name="Aupkeep")
OVERDUE = Actor(kind=ActorKind.RULE, id="appeal-overdue", name="appeal-overdue")  # lifts unjudged
