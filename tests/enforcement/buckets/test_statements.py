"""A bucket's policy with a statement of ours and without it; every other stays as it was."""

import json

import pytest

from aupkeep.enforcement.buckets.statements import (
    read_policy,
    sid_of,
    statement,
    with_statements,
    without,
)
from aupkeep.model.errors import DriverRefused, Unavailable

ACTION = "019b7c01-0400-7000-8000-000000000001"
SID = "aupkeep019b7c01040070008000000000000001"
OURS = {
    "Sid": SID,
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:GetObject", "s3:GetObjectVersion"],
    "Resource": "arn:aws:s3:::acme/a/b.html",
}
PUBLIC = {"Sid": "Public", "Effect": "Allow"}
THEIRS = '{ "Version":"2012-10-17", "Id":"theirs", "Statement": {"Sid":"Public","Effect":"Allow"} }'


def test_a_statement_denies_one_object():
    """By a Sid of letters and digits; an id that is no UUID has none."""
    assert sid_of(ACTION) == SID
    assert statement(ACTION, "acme", "a/b.html") == OURS
    with pytest.raises(DriverRefused) as caught:
        sid_of("x" * 70)
    assert str(caught.value) == f"action id: expected a UUID, found {'x' * 60!r}"


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        (None, {"Version": "2012-10-17", "Statement": []}),
        (THEIRS, {"Version": "2012-10-17", "Id": "theirs", "Statement": [PUBLIC]}),
        ('{"Statement": [{"Sid": "a"}, {}]}', {"Statement": [{"Sid": "a"}, {}]}),
    ],
)
def test_a_policy_is_read(text, policy):
    """One statement alone is a list of one."""
    assert read_policy(text) == policy


@pytest.mark.parametrize("text", ["", "7", "{}", '{"Statement": 7}', '{"Statement": ["x"]}'])
def test_what_is_no_policy(text):
    with pytest.raises(Unavailable, match=r"^policy: expected statements, found [A-Z]\w+Error$"):
        read_policy(text)


def test_ours_comes_and_goes():
    """The former one of ours goes with it; one that stands already is not there twice."""
    old = {**OURS, "Sid": "aupkeepold"}
    text = json.dumps({"Id": "theirs", "Statement": [PUBLIC, old, OURS, {}]})
    after = with_statements(text, OURS, "aupkeepold")
    assert json.loads(after) == {"Id": "theirs", "Statement": [PUBLIC, {}, OURS]}
    assert json.loads(without(after, SID, None)) == {"Id": "theirs", "Statement": [PUBLIC, {}]}


def test_what_was_there_comes_back_byte_for_byte():
    """Where the rest is what it was; where it changed meanwhile, it stays changed."""
    after = with_statements(THEIRS, OURS, "")
    assert without(after, SID, THEIRS) == THEIRS
    more = with_statements(after, {"Sid": "More"}, "")
    assert json.loads(without(more, SID, THEIRS))["Statement"] == [PUBLIC, {"Sid": "More"}]
    alone = with_statements(None, OURS, "")
    assert json.loads(alone) == {"Version": "2012-10-17", "Statement": [OURS]}
    assert without(alone, SID, None) is None
    assert without(alone, "other", None) is not None
