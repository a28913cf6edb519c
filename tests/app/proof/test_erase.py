"""An erased entry is named by a signed one; what it spoke of stays compared with the journal."""

import pytest
from django.db import transaction

from app.conftest import report
from app.proof.test_verify import JUST_NOW, sql
from app.steps import arrive
from aupkeep.app.deciding.policy_versions import adopted_policy
from aupkeep.app.policies import sample_files
from aupkeep.app.proof import erase as erasing
from aupkeep.app.proof.export import export_journal, verify_export
from aupkeep.app.proof.row_check import JournaledRows
from aupkeep.app.proof.verify import verify_home
from aupkeep.model.actor import SYSTEM
from aupkeep.model.entry import EntryType
from aupkeep.model.staff import StaffMember
from aupkeep.store import log
from aupkeep.store.erasure import Erasure
from aupkeep.store.guard import writing
from aupkeep.store.models import EntryRow
from aupkeep.store.tables import TABLES
from verifier.test_verify import VERIFIER

RULE = "report, 366 days after handled"  # of the sample policy


def erasable():
    """The entries that may be erased: not a version of the policy, which rules it."""
    return [logged for logged in log.entries() if logged.entry.type is not EntryType.POLICY_ADOPTED]


def erase_entries(context, ids, rule, actor, policy=""):
    """Erase entries, with every row that they had the last word of."""
    journaled = JournaledRows()
    journaled.read(log.leaves)
    last = journaled.named_by_number()
    names = {name for number in log.numbers_of(ids) for name in last.get(number, ())}
    more = {"policy": policy or adopted_policy(context).digest}
    erasing.erase(context, Erasure(entries=tuple(ids), rule=rule), names, actor, more=more)


@pytest.fixture
def erased(furnished):
    """A desk with a case whose first entries of any kind are erased under a rule."""
    arrive(furnished, report("203.0.113.10", JUST_NOW))
    ids = [logged.entry.id for logged in erasable() if logged.index % 2]
    erase_entries(furnished, ids, RULE, SYSTEM)
    return furnished, ids


def test_it_verifies_here_and_by_itself(erased, tmp_path):
    """The home, the export and the verifier of its own count the same erased entries."""
    context, ids = erased
    verdict = verify_home(context)
    assert (verdict.ok, verdict.erased) == (True, len(ids)), verdict
    path = tmp_path / "export"
    export_journal(context, path)
    assert verify_export(path).erased == len(ids)
    assert VERIFIER.check(iter(path.read_bytes().splitlines(keepends=True)))[1] == len(ids)


def test_an_erasure_behind_the_journals_back_is_tampering(erased):
    """A payload blanked and marked as erased, as whoever has the database can do it."""
    context, _ = erased
    sql("UPDATE store_entry SET payload = NULL, salt = NULL, erased = %s WHERE entry = ("
        "SELECT entry FROM store_entry WHERE type = 'raw-received')", RULE)  # fmt: skip
    numbers = [logged.index for logged in log.entries(types=(EntryType.RAW_RECEIVED,))]
    verdict = verify_home(context)
    assert (verdict.ok, verdict.first_bad) == (False, numbers[0])
    assert "names its erasure" in str(verdict.reason)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE store_assignment SET resource = 'vm-9'",
        "UPDATE store_case SET kind = 'content/phishing'",
        "UPDATE store_customer SET name = 'Somebody else'",
    ],
)
def test_rows_are_compared_after_an_erasure_too(erased, change):
    context, _ = erased
    sql(change)
    assert not verify_home(context).ok


def test_a_person_put_in_after_an_erasure_is_named(erased):
    """A member of staff whom no entry speaks of."""
    context, _ = erased
    with writing(), transaction.atomic():
        stranger = StaffMember(id="m", address="mallory@desk.example", name="M", language="en")
        TABLES[StaffMember].write([stranger])
    assert str(verify_home(context).reason).startswith("Staff m: ")


def test_the_erasing_entry_stays(erased):
    """Erased itself it would take with it who may say so."""
    context, _ = erased
    (witness,) = log.entries(types=(EntryType.ENTRIES_ERASED,))
    erase_entries(context, [witness.entry.id], RULE, SYSTEM)
    (first, _) = log.entries(types=(EntryType.ENTRIES_ERASED,))
    assert (first.erased, first.entry.payload["rule"]) == (None, RULE)


def test_checkpoints_wiped_in_the_database_are_named(erased):
    """All of them, or the last: the file outside still has them."""
    context, _ = erased
    sql("DELETE FROM store_checkpoint WHERE size = 3")
    verdict = verify_home(context)
    assert (verdict.ok, verdict.first_bad) == (False, 2)
    assert "more in the database" in str(verdict.reason)


def test_another_rule_written_beside_an_erased_entry_is_named(erased):
    """People are shown that rule; the entry that erased says which it was."""
    context, _ = erased
    row = EntryRow.objects.filter(erased__isnull=False).order_by("index").last()
    with writing():
        EntryRow.objects.filter(index=row.index).update(erased=f"{RULE}.")
    verdict = verify_home(context)
    assert (verdict.ok, verdict.first_bad) == (False, row.index)
    assert "erased by the rule that entry" in str(verdict.reason)


@pytest.mark.parametrize("rule", ["case, 30 days after closed", "report", "", RULE.upper()])
def test_a_rule_that_the_policy_then_does_not_have_is_named(erased, rule):
    """Whoever has the database may erase, and has to say under which rule."""
    context, _ = erased
    (left, *_) = [logged for logged in erasable() if not logged.index % 2]
    erase_entries(context, [left.entry.id], rule, SYSTEM)
    verdict = verify_home(context)
    assert (verdict.ok, verdict.first_bad) == (False, log.size() - 1)
    assert "expected a rule of the policy in force then" in str(verdict.reason)


def test_a_version_that_was_not_in_force_then_is_named(erased):
    """An erasure under another version than the one adopted last before it."""
    context, _ = erased
    (left, *_) = [logged for logged in erasable() if not logged.index % 2]
    erase_entries(context, [left.entry.id], RULE, SYSTEM, policy="0" * 64)
    assert "expected the policy in force then" in str(verify_home(context).reason)


def test_a_later_table_changes_nothing_about_an_erasure_before(erased):
    """The operator shortens a period, or takes the table away: what was erased was right then."""
    context, _ = erased
    context.home.policy.mkdir()
    for name, data in sample_files().items():
        (context.home.policy / name).write_bytes(data.replace(b"days: 366", b"days: 400"))
    adopted_policy(context)
    assert verify_home(context).ok
