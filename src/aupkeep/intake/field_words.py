"""Names of fields in plain words, and the values by which a field says that its record is over."""

import re
from functools import lru_cache

LONGEST = 60  # characters of a name
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")  # between the words of a name such as sourceIp
PARTS = re.compile(r"[\W_]+")
# fields that say of a record that it is none, and those that say how it stands now
UNREAL = re.compile(
    r"(?:.{0,30} )?(?:is )?(?:tests?|test ?(?:mode|data|message|event|alert|report)|drill|exercise"
    r"|dry ?run|simulated?"
    r"|simulation|sample|example|demo|dummy|false ?positive|withdrawn|retracted|resolved)"
)
YES = frozenset({"true", "yes", "1", "y", "on", "ja", "oui", "si", "sí", "sim", "tak"})
STATE = re.compile(
    r"(?:.{0,30} |case|ticket|incident)?(?:status|state|result|outcome|resolution|verdict"
    r"|disposition|event|action|reason"
    r"|mode|environment|env|purpose|type|category|event type|report type|tilstand|état|estado"
    r"|stato)"
)
ENDED = re.compile(
    r"[\s\"'*]{0,9}(?:de-?listed|unlisted|unblocked|removed|resolved|fixed|closed|clean(?:ed)?"
    r"|mitigated|"
    r"remediated|inactive|solved|patched|secured|expired|withdrawn|retracted|false[ _-]positive|"
    r"(?:no longer|not) (?:listed|open|vulnerable|active|infected|reachable|accessible|affected|"
    r"an? open \w{3,12})|behoben|erledigt|gelöst|entfernt|geschlossen|løst|fjernet|lukket|åtgärdat|"
    r"résolue?|corrigée?|retirée?|fermée?|resuelto|cerrado|risolto|chiuso|opgelost|verwijderd|"
    r"gesloten|rozwiązan[ey]|resolvido)[\s.!\"'*]{0,9}",
    re.IGNORECASE,
)
PRETENDED = re.compile(
    r"(?:tests?|test[ _-](?:event|report|alert|message)|drill|exercise|dry[ _-]?run|simulat(?:ion"
    r"|ed)|sample|example|demo"
    r"|delisting|recovery|all[ _-]clear|ok)"
)
# what a connection, a request or a filter may be as well, and where that is said
PASSING = re.compile(r"(?:closed|clean(?:ed)?|removed|mitigated|expired|inactive|ok)")
PASSES = re.compile(
    r"(?:(?!case|ticket|listing|incident).{0,30} )?(?:state|result|outcome|action|event)"
)
TICKET = re.compile(r"(?:ticket|case|incident)(?: (?:id|no|nr|number|ref(?:erence)?))?\b(?! st)")


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name in lower case, its words apart.

    >>> plain_name("abuseConfidence_Score")
    'abuse confidence score'
    """
    return PARTS.sub(" ", CAMEL.sub(" ", name[:LONGEST])).strip().lower()


def is_ended(name: str, value: str) -> bool:
    """Whether a field says of its record that it is a test, or over.

    A TCP state, a result of HTTP, or what a filter did is no such end.

    >>> is_ended("dry run", "true"), is_ended("status", "resolved"), is_ended("status", "open")
    (True, True, False)
    >>> is_ended("state", "closed"), is_ended("case state", "closed"), is_ended("result", "ok")
    (False, True, False)
    """
    if UNREAL.fullmatch(name) and value in YES:
        return True
    if not STATE.fullmatch(name) or (PASSES.fullmatch(name) and PASSING.fullmatch(value)):
        return False
    return bool(ENDED.fullmatch(value) or PRETENDED.fullmatch(value))
