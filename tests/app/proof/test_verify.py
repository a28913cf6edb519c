"""Every single change behind the journal's back is found, and the first bad entry is named."""

import dataclasses
import json
import threading
from datetime import timedelta

import pytest
from django.db import connection

from app.conftest import JUST_NOW, report
from app.steps import arrive, guess, post
from aupkeep.app.proof.export import export_journal, verify_export
from aupkeep.app.proof.verify import verify_home
from aupkeep.store import log
from aupkeep.store.guard import writing


@pytest.fixture
def lived(furnished):
    """A desk with a case, told and limited."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    post(furnished, guess("203.0.113.10", JUST_NOW))
    assert verify_home(furnished).ok
    return furnished


def sql(text, *values: object):
    """Change the database as somebody would who has it and not us."""
    with writing(), connection.cursor() as cursor:
        cursor.execute(text, values)


def flip(column):
    """Change one byte of a column of entry 3."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {column} FROM store_entry WHERE "index" = 3')  # noqa: S608 - ours
        data = bytearray(cursor.fetchone()[0])
    data[len(data) // 2] ^= 1
    sql(f'UPDATE store_entry SET {column} = %s WHERE "index" = 3', bytes(data))  # noqa: S608 - ours


def payload():
    """Change one letter of what entry 3 says."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT payload FROM store_entry WHERE "index" = 3')
        found = cursor.fetchone()[0]
    text = found if isinstance(found, str) else json.dumps(found)
    sql('UPDATE store_entry SET payload = %s WHERE "index" = 3', text.replace("actor", "actos", 1))


def cut():
    """Cut the last five entries off, log and checkpoints with them."""
    size = log.size() - 5
    sql('DELETE FROM store_entry WHERE "index" >= %s', size)
    sql("DELETE FROM store_checkpoint WHERE size > %s", size)
    sql("UPDATE store_log SET size = %s", size)
    return size


def added():
    """Put an entry behind the last one, without a checkpoint."""
    size = log.size()
    sql(
        'INSERT INTO store_entry ("index", entry, type, at, actor, salt, payload, "case", leaf,'
        " erased) SELECT %s, 'strange', type, at, actor, salt, payload, \"case\", leaf, erased"
        ' FROM store_entry WHERE "index" = 3',
        size,
    )
    return size


@pytest.mark.parametrize(
    "change",
    [payload, lambda: flip("leaf"), lambda: flip("salt")],
    ids=["payload", "leaf", "salt"],
)
def test_one_byte_names_its_entry(lived, change):
    """One byte of payload, leaf or salt: that very entry is named."""
    change()
    told = verify_home(lived)
    assert (told.ok, told.first_bad) == (False, 3)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("entry", "another"),
        ("type", "thawed"),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("actor", '{"kind": "person", "id": "mallory", "name": "Mallory"}'),
        ('"case"', "another"),
    ],
)
def test_changed_column_names_its_entry(lived, column, value):
    """What the desk reads beside the leaf is changed: that very entry is named."""
    sql(f'UPDATE store_entry SET {column} = %s WHERE "index" = 3', value)  # noqa: S608 - ours
    told = verify_home(lived)
    assert (told.ok, told.first_bad) == (False, 3), told


@pytest.mark.parametrize("size", [1, 0])
def test_changed_frontier_is_found(lived, size):
    """The tree that the next entry would build on is compared with what was signed."""
    data = bytearray(log.frontier())
    data[-1] ^= 1
    sql("UPDATE store_log SET frontier = %s, size = size + %s", bytes(data), size)
    assert not verify_home(lived).ok


def test_cut_tail_names_the_first_missing_entry(lived):
    """Entries, log and checkpoints cut in the database: the file outside still knows."""
    size = cut()
    told = verify_home(lived)
    assert (told.ok, told.first_bad) == (False, size)


def test_entry_without_checkpoint_is_named(lived):
    """An entry put in behind the last one came under no checkpoint."""
    size = added()
    told = verify_home(lived)
    assert (told.ok, told.first_bad) == (False, size)


def test_rewritten_database_is_found(lived, tmp_path):
    """A log rewritten with leaves hashed anew and checkpoints of another key: none of them holds.

    The frontier, every leaf and every checkpoint fit each other; only the signer is somebody else.
    """
    from aupkeep.config.home import Home
    from aupkeep.config.keys import KEY_NAME, make_keys, signing_key
    from aupkeep.evidence import checkpoint
    from aupkeep.evidence.leaf import commitment, encode_leaf
    from aupkeep.evidence.merkle import Frontier, leaf_hash

    thief = Home(tmp_path / "thief")
    thief.path.mkdir()
    make_keys(thief)
    kept = log.entries()
    lie = dataclasses.replace(kept[3].entry, payload={"actor": {"kind": "system", "id": "x"}})
    assert commitment(lie.salt, lie.payload)
    sql(
        'UPDATE store_entry SET payload = %s, leaf = %s WHERE "index" = 3',
        json.dumps(dict(lie.payload)),
        encode_leaf(lie),
    )
    tree = Frontier()
    for one in log.leaves():
        tree = tree.append(leaf_hash(one.leaf))
        text = checkpoint.make(
            lived.settings.provider.origin,
            tree.size,
            tree.root(),
            KEY_NAME,
            signing_key(thief, "journal"),
        )
        sql("UPDATE store_checkpoint SET text = %s WHERE size = %s", text, tree.size)
    sql("UPDATE store_log SET frontier = %s", tree.to_bytes())
    told = verify_home(lived)
    assert told.ok is False
    assert told.first_bad <= 3


def test_cut_file_is_told_and_mended(lived):
    """Lines cut from the checkpoint file are counted, and written again from the database."""
    lines = lived.home.checkpoints.read_text().splitlines(keepends=True)
    lived.home.checkpoints.write_text("".join(lines[:-3]))
    told = verify_home(lived)
    assert (told.ok, told.unkept) == (True, 3)
    assert verify_home(lived).unkept == 0


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE store_case SET customer_id = 'birch'", "Case"),
        ("UPDATE store_action SET state = 'lifted'", "Action"),
        ("DELETE FROM store_notice", "Notice"),
        ("UPDATE store_claim SET at = '2026-01-01 00:00:00+00:00'", "Claim"),
        ("DELETE FROM store_adopted_policy", "AdoptedPolicy"),
        ("UPDATE store_customer SET tags = '[]'", "Customer"),
    ],
)
def test_changed_row_is_named(lived, change, what):
    """A row changed or deleted beside the journal: the entry that named it is named."""
    sql(change)
    told = verify_home(lived)
    assert told.ok is False
    assert told.reason.startswith(what)
    named = log.entries(start=told.first_bad, limit=1)[0].entry.payload["rows"]
    assert what in {name for name, _, _ in named}


def test_row_nobody_recorded_is_found(lived):
    """A row put in beside the journal has no entry that names it."""
    value, moment = json.dumps("on"), "2026-01-01 00:00:00+00:00"
    sql("INSERT INTO store_flag (name, value, changed_at) VALUES ('listen', %s, %s)", value, moment)
    told = verify_home(lived)
    assert told.ok is False
    assert told.reason.startswith("Flag")


def test_verify_holds_while_others_write(lived):
    """What is written while the proof runs is no false alarm."""
    found = []

    def write() -> None:
        for number in range(15):
            post(lived, guess("203.0.113.70", JUST_NOW - timedelta(seconds=number)))
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive() or not found:
        found.append(verify_home(lived))
    writer.join()
    assert [one for one in found if not one.ok] == []


def test_export_verifies_by_itself(lived, tmp_path):
    """An export holds as a whole, and one changed letter in it is named."""
    file = tmp_path / "journal.jsonl"
    told = export_journal(lived, file)
    assert verify_export(file).ok
    assert told.entries == log.size()
    lines = file.read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace("actor", "actos", 1)
    file.write_text("".join(lines))
    assert verify_export(file).first_bad == 3


def test_hostile_text_is_no_false_alarm(furnished):
    """NUL bytes and broken characters, which no database keeps, are recorded as they are kept."""
    mail = report("203.0.113.10", JUST_NOW).replace(b"Subject: ", b"Subject: \x00\xed\xa0\x80 ")
    arrive(furnished, mail.replace(b"Your host", b"\x00\xff\xed\xa0\x80 Your host"))
    told = verify_home(furnished)
    assert told.ok, told.reason


def test_answer_with_a_nul_is_no_false_alarm(furnished):
    """What a customer writes may hold anything."""
    from aupkeep.app.access.links import make_link
    from aupkeep.app.deciding.answers import give_answer, next_once
    from aupkeep.app.journal import entry, record
    from aupkeep.model.actor import SYSTEM
    from aupkeep.model.case import AnswerKind
    from aupkeep.model.entry import EntryType
    from aupkeep.model.link import LinkKind

    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
    record(furnished, entry(furnished, EntryType.LINK_MADE, SYSTEM, {}), rows=[link])
    text = "it was\x00 \ud800 nothing"
    give_answer(furnished, token, AnswerKind.NOT_ME, text, next_once(furnished, case))
    told = verify_home(furnished)
    assert told.ok, told.reason
