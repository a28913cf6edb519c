"""`aupkeep case probe`: only the case's own places, and what was seen."""


def test_a_case_is_planned_and_tested(lived):
    """What is asked of our own records needs no address; another place is refused whole."""
    (case,) = lived("case", "list").value
    (place,) = lived("case", "probe", case["reference"], "--plan").value["places"]
    assert place == {
        "probe": "flow-gone", "place": "203.0.113.1", "most": "nothing", "barred": ""
    }  # fmt: skip
    refused = lived("case", "probe", case["reference"], "--place", "203.0.113.2")
    assert (refused.code, "expected a place that the evidence" in refused.error["message"]) == (
        6,
        True,
    )
    done = lived("case", "probe", case["reference"]).value
    assert (done["outcome"], done["asker"]) == ("unclear", "person")
    entries = lived("case", "show", case["reference"]).value["timeline"]
    assert [row["type"] for row in entries[-2:]] == ["probe-asked", "probe-done"]
    assert lived("verify").value["ok"]
