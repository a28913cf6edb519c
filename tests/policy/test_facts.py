"""Facts from outside: typed, named, unknown where absent."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aupkeep.model.as_json import as_json
from aupkeep.model.errors import Invalid
from aupkeep.model.taxonomy import KINDS
from aupkeep.policy.facts import (
    FACTS,
    MAX_JSON,
    TABLE,
    FactDefinition,
    FactType,
    _row,
    parse_facts,
)
from policy.expressions import facts

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(sorted(FACTS)), inner)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"evidence.level": 2, "customer.tags": ["a"]}',
        '{"evidence": {"level": 2}, "customer": {"tags": ["a"], "protected": null}}',
        '{"evidence": {"level": 2}, "customer.tags": ["a"], "case": {}}',
    ],
)
def test_dotted_and_nested_names_are_the_same_facts(text: str):
    assert (
        parse_facts(text).digest()
        == parse_facts({"evidence.level": 2, "customer.tags": ("a",)}).digest()
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"evidence.levle": 2}', "known fact, found 'evidence.levle'"),
        ('{"evidence": {"level": {"x": 1}}}', "evidence.level: expected int, found dict"),
        ('{"evidence.level": "2"}', "evidence.level: expected int, found str '2'"),
        ('{"evidence.level": true}', "evidence.level: expected int, found bool"),
        ('{"evidence.level": 2.0}', "evidence.level: expected int, found float"),
        ('{"evidence.level": 9007199254740992}', "evidence.level: expected int"),
        ('{"customer.protected": 1}', "customer.protected: expected bool, found int"),
        ('{"finding.confidence": NaN}', "finite number, found NaN"),
        ('{"finding.confidence": 1e999}', "finding.confidence: expected double"),
        ('{"finding.kind": "spam"}', "finding.kind: expected one of"),
        ('{"customer.tags": ["a", 1]}', "customer.tags: expected list"),
        ('{"customer.tags": "a"}', "customer.tags: expected list"),
        ('{"evidence.level": 1, "evidence.level": 2}', "once, found 'evidence.level' twice"),
        ('{"evidence.level": 1, "evidence": {"level": 2}}', "evidence.level once"),
        ("[1]", "JSON object, found list"),
        ("{", "JSON object, found"),
        ("[" * 100_000, "JSON object"),
        ('{"customer.tags": ["\\u0000"]}', "customer.tags"),
        ('{"customer.tags": ["\\ud800"]}', "customer.tags"),
        ('{"customer.tags": ["\\udfff"]}', "customer.tags"),
    ],
    ids=lambda value: value[:40],
)
def test_a_wrong_fact_is_named(text: str, reason: str):
    with pytest.raises(Invalid) as caught:
        parse_facts(text)
    assert reason in str(caught.value)


@settings(deadline=None)
@given(JSON)
def test_no_json_raises_anything_but_invalid(tree: object):
    with suppress(Invalid):
        parse_facts(tree if isinstance(tree, dict) else str(tree))


@settings(deadline=None)
@given(facts)
def test_the_snapshot_of_facts_reads_back_to_the_same_facts(given: dict[str, object]):
    known = parse_facts(given)
    assert parse_facts(known.snapshot().decode()).digest() == known.digest()


def test_a_text_may_be_long_and_is_told_short():
    """To 2,048 characters; of a wrong one sixty are told, and six of the values it can have."""
    assert parse_facts({"customer.tags": ["x" * 2048]}).values["customer.tags"] == ("x" * 2048,)
    assert len(parse_facts({"customer.tags": ["x"] * 256}).values["customer.tags"]) == 256
    with pytest.raises(Invalid) as caught:
        parse_facts({"k" * 99: 1})
    assert str(caught.value) == f"facts: expected a known fact, found {'k' * 80!r}"
    some = ", ".join(sorted(KINDS)[:6])
    for name, value, said in (
        ("customer.tags", ["x" * 2049], f"list(string), found list {str(['x' * 99])[:60]!r}"),
        ("customer.tags", ["x"] * 257, f"list(string), found list {str(['x'] * 99)[:60]!r}"),
        ("target.port", ["22"], "int, found list \"['22']\""),
        ("target.port", "9" * 99, f"int, found str {'9' * 60!r}"),
        ("finding.kind", "k" * 99, f"one of {some} …, found {'k' * 60!r}"),
    ):
        with pytest.raises(Invalid) as caught:
            parse_facts({name: value})
        assert str(caught.value) == f"facts: {name}: expected {said}"


def test_the_table_documents_every_fact():
    for row in FACTS.values():
        assert all((row.name, row.meaning, row.source, row.example)), row


def test_each_line_of_the_table_is_one_fact():
    """Name, type, meaning, source, example, and the only values where the set is closed."""
    assert [_row(line) for line in TABLE.splitlines()] == list(FACTS.values())
    assert _row("target.protocol|string|tcp or udp|intake|tcp") == FactDefinition(
        name="target.protocol",
        type=FactType.STRING,
        meaning="tcp or udp",
        source="intake",
        example="tcp",
        values=frozenset({"tcp", "udp"}),
    )
    assert _row("case.events|int|m|s|e").values == frozenset()


def test_a_fact_is_described_field_by_field():
    assert as_json(FACTS["target.protocol"]) == {
        "name": "target.protocol",
        "type": "string",
        "meaning": "tcp or udp",
        "source": "intake, telemetry",
        "example": "tcp",
        "values": ["tcp", "udp"],
    }


def test_json_may_be_a_mebibyte():
    """The message says what was expected and found; the last character counts."""
    filled = "{}" + " " * (MAX_JSON - 2)
    assert parse_facts(filled) == parse_facts({})
    with pytest.raises(Invalid) as caught:
        parse_facts(filled + " ")
    assert str(caught.value) == "facts: expected at most 1048576 characters, found 1048577"


def test_what_is_wrong_with_json_is_told():
    """The reader's own words, and the first key that comes twice."""
    with pytest.raises(Invalid, match="expected a JSON object, found: Expecting property name"):
        parse_facts("{")
    with pytest.raises(Invalid, match=f"found '{'k' * 80}' twice"):
        parse_facts(f'{{"{"k" * 90}": 1, "{"k" * 90}": 2}}')
    with pytest.raises(Invalid) as caught:
        parse_facts(f'{{"case.events": {"9" * 5000}}}')
    assert len(str(caught.value)) == len("facts: expected a JSON object, found: ") + 120
    with pytest.raises(Invalid, match="'b' twice"):
        parse_facts('{"a": 1, "b": 2, "c": 3, "b": 4, "c": 5}')
