"""An install from before sources had records: nothing stays behind, nothing breaks."""

import dataclasses
from datetime import timedelta

import pytest
from django.core.management import call_command

from aupkeep.app.row_digests import digest_of
from aupkeep.model.report import Authentication, Report
from aupkeep.store import outbox, reports
from aupkeep.store.codec import dump
from aupkeep.store.guard import writing
from aupkeep.store.models import EffectRow
from store.samples import CLAIM, RAW, READING, RECORDS

BEFORE = "0006_feeds"
OLD = Report(id="p1", raw="r1", at=RAW.received_at, reading=READING)


@pytest.mark.nightly("processes")
@pytest.mark.sqlite_by_day
def test_what_waited_before_keeps_its_order(journal, make):
    """Effects left before the upgrade are leased afterwards, in the order they were due."""
    late = dataclasses.replace(make.effect(), due_at=make.now + timedelta(seconds=2))
    early = dataclasses.replace(make.effect(), due_at=make.now + timedelta(seconds=1))
    rows = [row for row in RECORDS if row.__class__.__name__ in ("Customer", "Raw")]
    journal.record(make.entry(), rows=[*rows, OLD], effects=[late, early])
    with writing():
        call_command("migrate", "store", BEFORE, verbosity=0)
        call_command("migrate", "store", verbosity=0)
    assert EffectRow.objects.filter(order_at__isnull=True).count() == 0
    found = outbox.lease(["read", "mail"], make.now + timedelta(seconds=9), 30, 5, "w")
    assert [one.effect.id for one in found] == [early.id, late.id]
    assert reports.get("p1") == OLD


def test_a_record_that_grew_keeps_its_digest():
    """Rows written before fields were added have the digest that the journal named then."""
    bare = dataclasses.replace(CLAIM, marks=())
    assert "marks" not in dump(bare)
    assert "marks" in dump(CLAIM)
    assert digest_of(bare) != digest_of(CLAIM)
    assert dump(Authentication()) == {
        "dkim": "unknown",
        "spf": "unknown",
        "arc": "unknown",
        "dmarc": "unknown",
        "identity": None,
    }
    assert set(dump(OLD)) == {"id", "raw", "at", "reading", "inbox_reason", "done_at"}
