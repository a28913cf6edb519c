"""Who did something: a person, a rule, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Only a person may judge; a rule may only do what the gate lets it."""

    PERSON = "person"
    RULE = "rule"
    SYSTEM = "system"
    CUSTOMER = "customer"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is a user name, a rule id with its policy version, or a process name."""

    kind: ActorKind
    id: str
    name: str = ""


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="aupkeep", name="Aupkeep")
OVERDUE = Actor(kind=ActorKind.RULE, id="appeal-overdue", name="appeal-overdue")  # lifts unjudged
