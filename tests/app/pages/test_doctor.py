"""What is not set up is said with the command that fixes it, and what waited goes on by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, NOON, report
from app.steps import arrive, enforce, guess, post, told, work
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.deciding.next_step import NextStep
from aupkeep.app.deciding.retell import retell
from aupkeep.app.inventory.imports import import_assignments, import_customers
from aupkeep.app.journal import record_changes
from aupkeep.app.notifying.failures import mark_undelivered
from aupkeep.app.pages.case.load import case_page
from aupkeep.app.pages.doctor import load
from aupkeep.app.pages.doctor.load import doctor, page_hindrances
from aupkeep.app.pages.doctor.proposals import proposals_check
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.proof.verify import verify_home
from aupkeep.app.worker import EffectDispatcher
from aupkeep.config.settings import MailSettings, ProviderSettings, Settings, WebSettings
from aupkeep.config.targets import EnforcementSettings
from aupkeep.model.as_json import as_json
from aupkeep.model.case import CaseState
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Evidence
from aupkeep.model.roles import ROLES
from aupkeep.store import cases, decisions, notices


def answers(_context):
    """A relay that takes mail."""
    return True


def silent(_context):
    """A relay that does not answer."""
    return False


def checked(context, said=""):
    """The checks by name, with a relay that says this."""
    return {check.check: check for check in doctor(context, lambda _: said)}


def nameless(context):
    """A customer without a contact at .30."""
    import_assignments(
        context,
        b"address,customer,resource,from,until\n203.0.113.30,fir,vm-f,2026-01-01T00:00:00Z,\n",
        "csv",
    )


def test_a_missing_contact_is_said_and_its_case_goes_on_after_the_import(furnished):
    """The block stands and nobody was told: a contact is imported, and the notice is made."""
    nameless(furnished)
    (case,) = post(furnished, guess("203.0.113.30", JUST_NOW))
    enforce(furnished)
    assert notices.of_case(case.id) == []
    found = checked(furnished)
    assert not found["contacts"].ok
    assert case.reference in found["contacts"].found
    assert "fir,ADDRESS" in found["contacts"].remedy
    assert (found["told"].ok, case.reference in found["told"].found) == (False, True)
    (banner,) = page_header(furnished, Person(id="ada", name="Ada")).hindrances
    assert "customers import" in banner.remedy
    page = case_page(furnished, Person(id="ada", name="Ada"), case.reference)
    assert (page.untold.why, page.untold.remedy) == (
        "no contact is known",
        found["contacts"].remedy,
    )
    assert retell(furnished, answers) == 0
    import_customers(furnished, b"customer,contact,language\nfir,noc@fir.example,en\n")
    assert retell(furnished, answers) == 1
    assert [notice.recipient for notice in notices.of_case(case.id)] == ["noc@fir.example"]
    assert retell(furnished, answers) == 0
    assert checked(furnished)["contacts"].ok
    assert checked(furnished)["told"].ok
    assert page_hindrances(furnished) == ()
    assert case_page(furnished, Person(id="ada", name="Ada"), case.reference).untold is None
    assert verify_home(furnished).ok


def test_the_worker_looks_by_itself(furnished):
    """No command is needed after the import: the worker's clock makes the notice."""
    nameless(furnished)
    (case,) = post(furnished, guess("203.0.113.30", JUST_NOW))
    enforce(furnished)
    import_customers(furnished, b"customer,contact\nfir,noc@fir.example\n")
    EffectDispatcher(furnished).tick()
    assert len(notices.of_case(case.id)) == 1


def test_a_deadline_runs_from_when_somebody_was_told(furnished, now):
    """A question that reached nobody waits for nobody; it runs once it is asked."""
    nameless(furnished)
    (case,) = arrive(furnished, report("203.0.113.30", JUST_NOW))
    decide_case(
        furnished, case.reference, people=("ada",), reasons="please", measure="inform-deadline"
    )
    assert cases.get(case.id).state is CaseState.OPEN
    now.at = NOON + timedelta(days=3)
    import_customers(furnished, b"customer,contact\nfir,noc@fir.example\n")
    assert retell(furnished, answers) == 1
    waiting = cases.get(case.id)
    assert waiting.state is CaseState.WAITING
    assert waiting.deadline_at > now.at
    (notice,) = notices.of_case(case.id)
    assert f"{waiting.deadline_at:%H:%M UTC}" in notice.title


def test_a_notice_given_up_for_the_relay_is_made_again_once_it_answers(furnished):
    """The relay was not set up; the first notice failed for good; now it takes mail."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (notice,) = [one for one in notices.of_case(case.id) if one.kind.value == "customer"]
    why = "mail to the relay: ConnectionRefusedError: refused"
    record_changes(furnished, mark_undelivered(furnished, notice, why))
    found = checked(furnished, "refused")["relay"]
    assert not found.ok
    assert found.remedy.startswith("aupkeep settings set mail.relay_host")
    assert [check.check for check in page_hindrances(furnished)] == ["relay"]
    assert retell(furnished, silent) == 0
    assert retell(furnished, answers) == 1
    assert told(case, EntryType.CASE_CHANGED)[-1]["why"].startswith("what stood in the way")


def test_a_recipient_that_refuses_is_not_written_to_again(furnished):
    """A bounce is the address's: only another contact brings another notice."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW))
    (notice,) = [one for one in notices.of_case(case.id) if one.kind.value == "customer"]
    record_changes(furnished, mark_undelivered(furnished, notice, "550 no such user"))
    assert retell(furnished, answers) == 0
    import_customers(furnished, b"customer,contact\nalder,new@alder.example\n")
    assert retell(furnished, answers) == 1


def test_unset_authserv_ids_are_said_with_the_name_that_the_relay_signs_with(furnished):
    """Every mail stays E0 without a word: the page and doctor say so, and with which command."""
    settings = Settings(
        provider=ProviderSettings(listen=False), mail=MailSettings(nameservers=("none",))
    )
    deaf = AppContext(
        home=furnished.home, settings=settings, now=furnished.now, noise=furnished.noise
    )
    arrive(deaf, report("203.0.113.10", JUST_NOW))
    check = checked(deaf)["authserv-ids"]
    assert not check.ok
    assert check.remedy == "aupkeep settings set mail.authserv_ids mx.aupkeep.example"
    assert "authserv-ids" in [one.check for one in page_hindrances(deaf)]
    assert checked(furnished)["authserv-ids"].ok


def test_a_relay_that_signs_with_our_name_and_is_not_trusted_is_said(furnished):
    """The name alone believes nobody: the check says which address is missing."""
    mail = MailSettings(authserv_ids=("mx.aupkeep.example",), nameservers=("none",))
    deaf = AppContext(
        home=furnished.home,
        settings=Settings(provider=ProviderSettings(listen=False), mail=mail),
        now=furnished.now,
        noise=furnished.noise,
    )
    arrive(deaf, report("203.0.113.10", JUST_NOW))
    check = checked(deaf)["authserv-ids"]
    assert (check.ok, check.remedy) == (
        False, "aupkeep settings set mail.trusted_relays 127.0.0.1"
    )  # fmt: skip
    assert "1 of 1 mail in a week not proven" in check.found
    assert "authserv-ids" in [one.check for one in page_hindrances(deaf)]


def test_mails_go_on_once_the_settings_name_the_relay(furnished):
    """What stayed E0 for want of authserv_ids is proven by the worker, and the rule speaks."""
    settings = Settings(
        provider=ProviderSettings(listen=False), mail=MailSettings(nameservers=("none",))
    )
    deaf = AppContext(
        home=furnished.home, settings=settings, now=furnished.now, noise=furnished.noise
    )
    (case,) = arrive(deaf, report("203.0.113.10", JUST_NOW))
    assert (cases.get(case.id).level, decisions.of_case(case.id)) == (Evidence.E0, [])
    EffectDispatcher(deaf).tick()
    assert cases.get(case.id).level is Evidence.E0
    EffectDispatcher(furnished).tick()
    work(furnished, "consider")
    assert cases.get(case.id).level is Evidence.E1
    assert [made.measure.value for made in decisions.of_case(case.id)] == ["inform-deadline"]
    (claim, *_) = cases.claims(case.id)
    assert str(claim.finding.source) == "mail:cert.example"
    assert f"from:{claim.finding.source}" in claim.marks
    assert verify_home(furnished).ok


def test_a_forged_mail_stays_an_allegation_then_too(furnished):
    """The relay says nothing of it: naming the relay proves nobody."""
    settings = Settings(
        provider=ProviderSettings(listen=False), mail=MailSettings(nameservers=("none",))
    )
    deaf = AppContext(
        home=furnished.home, settings=settings, now=furnished.now, noise=furnished.noise
    )
    (case,) = arrive(deaf, report("203.0.113.10", JUST_NOW, proven=False))
    EffectDispatcher(furnished).tick()
    work(furnished, "consider")
    assert cases.get(case.id).level is Evidence.E0
    assert decisions.of_case(case.id) == []


def test_a_case_that_no_rule_speaks_of_is_named(furnished):
    """No proposal: the case is named, with the command of its next step."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW, proven=False))
    check = checked(furnished)["proposals"]
    assert not check.ok
    assert check.remedy.startswith(f"aupkeep letter send {case.reference} --to reporter ")
    listens = ProviderSettings(listen=True)
    silent = replace(furnished, settings=replace(furnished.settings, provider=listens))
    recorded = f"aupkeep decide {case.reference} --measure record "
    assert checked(silent)["proposals"].remedy.startswith(recorded)


@pytest.mark.parametrize(
    ("step", "command"),
    [
        (NextStep.DECIDE, 'aupkeep decide R1 --measure inform --reasons "…"'),
        (NextStep.REST, "aupkeep case show R1"),
    ],
)
def test_the_command_is_that_of_the_next_step(step, command):
    """Of the first case; none where no case waits."""
    assert proposals_check(("R1", "R2"), step).remedy == command
    assert proposals_check((), step).remedy == ""


def test_every_check_that_fails_has_one_command(context):
    """A fresh home: each check has the four fields, and each that fails a command."""
    bare = AppContext(
        home=context.home,
        settings=Settings(enforcement=EnforcementSettings(driver="record")),
        now=context.now,
        noise=context.noise,
    )
    for check in as_json(doctor(bare, lambda _: "refused")):
        assert set(check) == {"check", "ok", "found", "remedy"}
        assert bool(check["remedy"]) is not check["ok"], check
        assert check["found"]


def test_a_mailed_link_alone_is_said_where_strangers_reach_the_pages(furnished):
    """Two factors are asked of every role, or doctor names those of whom they are not."""
    assert checked(furnished)["sign-in"].ok, "nobody but this machine reaches the pages"
    url = ProviderSettings(url="https://abuse.example")
    for roles, left in (((), "analyst"), (("senior",), "analyst"), (tuple(ROLES), "")):
        web = WebSettings(passkey_roles=roles)
        reached = replace(furnished, settings=Settings(provider=url, web=web))
        check = checked(reached)["sign-in"]
        assert (check.ok, left in check.found) == (not left, True)
        assert check.remedy.startswith("aupkeep settings set web.passkey_roles") == bool(left)


def test_a_clock_that_was_set_is_said(furnished, monkeypatch):
    """By how much and which way, in the command and at the head of each page, until it is right."""
    assert checked(furnished)["clock"].ok
    monkeypatch.setattr(load, "doubted_step", lambda: timedelta(days=-2))
    found = checked(furnished)["clock"]
    assert not found.ok
    assert "set 2 days, 0:00:00 back" in found.found
    assert "clock" in [check.check for check in page_hindrances(furnished)]
