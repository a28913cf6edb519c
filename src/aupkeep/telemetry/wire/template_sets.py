"""Template sets: what they tell is learnt or withdrawn.

Sources: RFC 3954 sections 5.2 and 6.1; RFC 7011 sections 3.4.1, 3.4.2 and 8.1.
"""

from collections.abc import Iterator

from aupkeep.telemetry.wire.state import DecoderState
from aupkeep.telemetry.wire.template import FlowTemplate, TemplateField, TemplateKey

NETFLOW9 = 9
FIRST = 256  # template id
MOST_FIELDS = 1024  # of one template
ENTERPRISE = 0x8000
FIELD = 4  # bytes of a field, and of its enterprise number


def update_templates(
    state: DecoderState, like: TemplateKey, body: bytes, now_ms: int, *, options: bool
) -> Iterator[TemplateKey]:
    """Take in every template of a set; yields those that hold now.

    `like` names exporter, version and domain. A template that cannot be is counted and ends the
    set, for the next one's place is not known.
    """
    at = 0
    while at + FIELD <= len(body):
        number = int.from_bytes(body[at : at + 2], "big")
        count = int.from_bytes(body[at + 2 : at + 4], "big")
        if number < FIRST and like.version != NETFLOW9 and count == 0 and number:
            state.templates.withdraw_all(like, options=options)
            return
        if number < FIRST:
            if any(body[at:]):  # zeros are padding
                state.dropped["bad_template"] += 1
            return
        key = like._replace(id=number)
        if count == 0 and like.version != NETFLOW9:
            state.templates.withdraw(key)
            at += FIELD
            continue
        template, at = _template(body, at, like.version, options=options)
        if template is None:
            state.dropped["bad_template"] += 1
            return
        state.templates.learn(key, template, now_ms)
        yield key


def _template(
    body: bytes, at: int, version: int, *, options: bool
) -> tuple[FlowTemplate | None, int]:
    """The template at `at`, and where the next one begins; None where it cannot be."""
    count, scopes, at = int.from_bytes(body[at + 2 : at + 4], "big"), 0, at + FIELD
    if options:
        second = int.from_bytes(body[at : at + 2], "big")
        at += 2
        if version == NETFLOW9:  # both are bytes of fields
            count, scopes = (count + second) // FIELD, count // FIELD
        else:
            scopes = second
        if scopes > count:
            return None, at
    if count == 0 or count > MOST_FIELDS or at + count * FIELD > len(body):
        return None, at
    fields = []
    for _ in range(count):
        element = int.from_bytes(body[at : at + 2], "big")
        length = int.from_bytes(body[at + 2 : at + 4], "big")
        at += FIELD
        enterprise = 0
        if version != NETFLOW9 and element & ENTERPRISE:
            if at + FIELD > len(body):
                return None, at
            enterprise, element = int.from_bytes(body[at : at + FIELD], "big"), element & 0x7FFF
            at += FIELD
        if at > len(body):
            return None, at
        fields.append(TemplateField(element, length, enterprise))
    return FlowTemplate(tuple(fields), scopes=scopes, options=options), at
