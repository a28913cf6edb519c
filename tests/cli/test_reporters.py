"""`aupkeep reporters` as other programs use it."""

import pytest

PROFILE = "name: {name}\ntitle: Own Desk\nfrom: [desk@own.example]\nkind: messaging/spam\n"
MAIL = (
    b"From: desk@own.example\nSubject: spam\nDate: Sun, 01 Mar 2026 12:00:00 +0000\n\n"
    b"Please stop the spam from 192.0.2.7.\n"
)


@pytest.fixture
def folder(aupkeep):
    """The operator's own folder of reporters."""
    made = aupkeep.home / "reporters"
    made.mkdir(parents=True)
    return made


def test_lists_what_ships_and_what_is_own(aupkeep, folder):
    """An own file adds a reporter, and by a shipped name replaces it."""
    (folder / "own-desk.yaml").write_text(PROFILE.format(name="own-desk"))
    (folder / "cyscon.yaml").write_text(PROFILE.format(name="cyscon"))
    found = {one["name"]: one for one in aupkeep("reporters").value}
    assert found["own-desk"]["from"] == ["desk@own.example"]
    assert found["cyscon"]["title"] == "Own Desk"
    assert len(found) > 2


def test_a_broken_file_is_left_out_and_told_of(aupkeep, folder):
    """The others still work; the exit code says that one does not."""
    (folder / "own-desk.yaml").write_text("name: own-desk\ntitle: X\nfrom: desk@own.example\n")
    told = aupkeep("reporters")
    assert told.code == 3
    assert "own-desk.yaml:3: expected a list of addresses" in told.error["message"]
    assert "own-desk" not in {one["name"] for one in told.value}


def test_says_why_a_mail_is_whose(aupkeep, folder, tmp_path):
    """Each mark with what was found, what must be proven, and what a box with that folder reads."""
    (folder / "own-desk.yaml").write_text(PROFILE.format(name="own-desk"))
    (tmp_path / "1.eml").write_bytes(MAIL)
    (one,) = aupkeep("reporters", "test", tmp_path / "1.eml").value
    assert (one["profile"], one["proof"], one["others"]) == ("own-desk", ["own.example"], [])
    assert one["why"] == [
        {
            "profile": "own-desk",
            "sort": None,
            "mark": "from",
            "expected": "desk@own.example",
            "found": "desk@own.example",
            "holds": True,
        }
    ]
    (reading,) = one["readings"]
    assert (reading["profile"], reading["outcome"]) == ("own-desk", "parsed")
    assert [found["address"] for found in reading["findings"]] == ["192.0.2.7"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("colour: red", ":5: expected one of name, title,"),
        ('read: [{lines: ["IP {adress}"]}]', ":5: expected a placeholder of address,"),
        ("zone: Mars/Olympus", ":5: expected a time zone such as Europe/Berlin"),
        ("kinds: {spam: messaging/pasta}", ":5: expected a kind of the taxonomy"),
        ("container: morse", "container: expected one of "),
        ("read: [{in: body}]", ":5: expected `lines` or `text`, or `columns`"),
    ],
)
def test_check_names_the_line(aupkeep, tmp_path, line, expected):
    """What is wrong is told with what was expected there."""
    (tmp_path / "own-desk.yaml").write_text(PROFILE.format(name="own-desk") + line + "\n")
    told = aupkeep("reporters", "check", tmp_path / "own-desk.yaml")
    assert told.code == 2
    assert expected in told.error["message"]


def test_check_takes_a_sound_file(aupkeep, tmp_path):
    """It answers with what the file says."""
    (tmp_path / "own-desk.yaml").write_text(PROFILE.format(name="own-desk"))
    told = aupkeep("reporters", "check", tmp_path / "own-desk.yaml")
    assert (told.code, told.value["kinds"]) == (0, ["messaging/spam"])
