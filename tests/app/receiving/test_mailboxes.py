"""A mailbox at another server: nothing lost, nothing twice, no flag moved, no account locked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.conftest import NOON, report, with_settings
from aupkeep.app.context import AppContext
from aupkeep.app.reading.claims import authenticated_sender
from aupkeep.app.reading.prove_senders import prove_senders
from aupkeep.app.reading.read import read_raw
from aupkeep.app.receiving.mailbox_reader import MailboxReader, list_mailboxes, read_now
from aupkeep.app.receiving.receive import RawEnvelope, accepting
from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.intake.reading import read
from aupkeep.model.actor import Actor
from aupkeep.model.errors import Conflict, Invalid
from aupkeep.model.mailbox import MailboxState
from aupkeep.model.raw import MAIL_CHANNELS, Channel
from aupkeep.model.report import Report
from aupkeep.store import mailboxes, raws, reports
from aupkeep.store.mailboxes import MailboxMark
from daemon import dovecot
from enrol import enrol
from intake.imap import double

pytestmark = pytest.mark.network
BY: list[Actor] = []
DOVECOT = [pytest.mark.nightly("imap"), pytest.mark.root]


@pytest.fixture(params=["double", pytest.param("dovecot", marks=DOVECOT)])
def server(request):
    """A mailbox `abuse` with the password `secret`."""
    if request.param == "dovecot" and not dovecot.is_here():
        pytest.skip("Dovecot is not here, or we are not root")
    with double.giving_tokens() as tokens:
        kind = double if request.param == "double" else dovecot
        with kind.serving(tokens) as one:
            yield one


@pytest.fixture
def desk(furnished: AppContext, server, tmp_path) -> AppContext:
    """A desk whose settings name that mailbox."""
    BY[:] = enrol(furnished, "imap@aupkeep.example")
    secret = tmp_path / "password"
    secret.write_text("secret\n")
    mailbox = MailboxSettings(
        name="desk", host="127.0.0.1", port=server.port, tls="none", user="abuse",
        password=f"file:{secret}", days=10_000,
    )  # fmt: skip
    return _with(furnished, mailbox)


def with_mailbox(desk: AppContext, **options: object) -> AppContext:
    """The same desk with other options of its mailbox."""
    return _with(desk, replace(desk.settings.mail.mailboxes[0], **options))


def _with(desk: AppContext, mailbox: MailboxSettings) -> AppContext:
    return with_settings(
        desk, mail={"mailboxes": (mailbox,), "authserv_ids": (), "trusted_relays": ()}
    )


def due(desk: AppContext, *, minutes: int = 0) -> MailboxState | None:
    """One look by a process that starts now."""
    with accepting(desk) as accept:
        reader = MailboxReader(desk, desk.settings.mail.mailboxes[0], accept, worker="test")
        desk.now.at += timedelta(minutes=minutes)
        state = reader.look_if_due()
        reader.close()
    return state


def work(desk: AppContext) -> None:
    """What was received is read, and what the settings prove by now is proven."""
    for raw in raws.newest(MAIL_CHANNELS, 9):
        read_raw(desk, raw.id, read, None)
    prove_senders(desk, None)


def reports_of() -> list[Report]:
    """What was read, in the order of receipt."""
    return [it for raw in reversed(raws.newest(MAIL_CHANNELS, 9)) for it in reports.by_raw(raw.id)]


def look(desk: AppContext) -> MailboxState:
    """One look by a person."""
    (state,) = read_now(desk, None, by=BY[0])
    return state


def mail(number: int) -> bytes:
    """A report of one's own number, as our own exchanger or somebody else stamped it."""
    return report("203.0.113.10", NOON + timedelta(seconds=number))


def received() -> list[bytes]:
    """The bytes of all mails received."""
    return sorted(raws.read(raw.digest) for raw in raws.newest(MAIL_CHANNELS, 1000))


def test_a_mail_is_taken_once_and_its_flags_stay(desk, server):
    """What people see in the mailbox is as before: nothing is marked as read, moved or removed."""
    server.append(mail(1))
    before = server.flags()
    assert look(desk).taken == 1
    server.append(mail(2))
    assert (look(desk).taken, look(desk).taken) == (2, 2)
    assert received() == sorted([mail(1), mail(2)])
    assert server.flags() == [*before, ""] == ["", ""]


def test_the_senders_proof_is_what_the_mailboxs_own_server_says(desk, server):
    """Its name is believed for this mailbox alone; without it everything is an allegation."""
    server.append(mail(1))
    look(desk)
    work(desk)
    (report_read,) = reports_of()
    assert not report_read.reading.authentication.authenticated
    believing = with_mailbox(desk, authserv_ids=("mx.aupkeep.example",))
    server.append(mail(2))
    look(believing)
    work(believing)
    assert [it.reading.authentication.authenticated for it in reports_of()] == [True, True]
    assert {raw.peer for raw in raws.newest(MAIL_CHANNELS, 9)} == {"imap:desk"}
    elsewhere = replace(raws.newest(MAIL_CHANNELS, 1)[0], peer="198.51.100.1")
    assert not authenticated_sender(believing, elsewhere, mail(2), None).authenticated


def test_uids_that_begin_anew_double_nothing_and_lose_nothing(desk, server):
    for number in range(3):
        server.append(mail(number))
    assert look(desk).taken == 3
    server.renumber()
    server.append(mail(3))
    state = look(desk)
    assert (state.taken, state.repeated, state.rebuilt, state.problem) == (4, 3, 1, "")
    assert len(received()) == 4


def test_a_server_that_starts_again_is_read_on(desk, server):
    with accepting(desk) as accept:
        reader = MailboxReader(desk, desk.settings.mail.mailboxes[0], accept, worker="test")
        server.append(mail(1))
        assert reader.look_if_due(early=True).taken == 1
        server.restart()
        server.append(mail(2))
        looks = [reader.look_if_due(early=True) for _ in range(2)]
        reader.close()
    assert looks[-1].taken == 2
    assert looks[-1].problem == ""


def test_a_wrong_password_is_tried_once_until_it_changes(desk, server, tmp_path, now):
    """Not again by the next look nor by a process that starts anew: it would lock the account."""
    secret = tmp_path / "password"
    secret.write_text("wrong")
    server.append(mail(1))
    for _ in range(4):
        now.at += timedelta(minutes=6)
        assert "refused" in due(desk).problem
    assert server.refused() == 1
    now.at += timedelta(hours=1)
    due(desk)
    assert server.refused() == 2
    secret.write_text("secret")
    now.at += timedelta(minutes=6)
    assert (due(desk).taken, list_mailboxes(desk)[0].problem) == (1, "")
    assert "wrong" not in str(mailboxes.states())


def test_a_mail_above_the_limit_is_skipped_and_told(desk, server):
    desk = with_settings(desk, mail={"max_bytes": 2000})
    for data in (mail(1), mail(2) + b"x" * 3000, mail(3)):
        server.append(data)
    state = look(desk)
    assert (state.taken, state.skipped, state.problem) == (2, 1, "")
    assert "expected at most 2000 bytes" in list_mailboxes(desk)[0].remarks[0]


def test_tokens_are_fetched_kept_and_fetched_anew(desk, server, tmp_path):
    """By client credentials, by a refresh token; one that was revoked is replaced in the look."""
    (tmp_path / "client").write_text("hush-hush")
    desk = with_mailbox(desk, oauth2="microsoft", token_url=f"{server.tokens.url}/token?p=abuse",
                        client_id="id", client_secret=f"file:{tmp_path / 'client'}")  # fmt: skip
    server.append(mail(1))
    with accepting(desk) as accept:
        reader = MailboxReader(desk, desk.settings.mail.mailboxes[0], accept, worker="test")
        assert reader.look_if_due(early=True).taken == 1
        assert reader.look_if_due(early=True).problem == ""
        assert len(server.tokens.given) == 1
        server.tokens.good.clear()
        server.restart()
        server.append(mail(2))
        looks = [reader.look_if_due(early=True) for _ in range(2)]
        reader.close()
    asked = server.tokens.asked[0]
    assert (asked["grant_type"], server.tokens.queries[0]) == ("client_credentials", "p=abuse")
    assert asked["scope"] == "https://outlook.office365.com/.default"
    assert looks[-1].problem == ""
    google = with_mailbox(desk, oauth2="google", refresh_token="r1", client_id="id",
                          client_secret="", token_url=f"{server.tokens.url}/token")  # fmt: skip
    assert look(google).problem == ""
    assert server.tokens.asked[-1]["refresh_token"] == "r1"
    server.tokens.error = "invalid_client"
    (tmp_path / "client").write_text("another")
    asked_before = len(server.tokens.asked)
    problems = [due(desk, minutes=6).problem for _ in range(3)]
    assert "invalid_client" in problems[0]
    assert "another" not in problems[0]
    assert len(server.tokens.asked) == asked_before + 1


def test_a_folder_that_is_not_there_is_told(desk, server):
    problem = look(with_mailbox(desk, folder="Misbruk/på vent")).problem
    assert "expected the folder Misbruk/på vent" in problem


def test_two_readers_never_have_one_mailbox(desk):
    lease = mailboxes.lease("desk", desk.now(), seconds=60, worker="other")
    assert due(desk) is None
    with pytest.raises(Conflict, match="a process that does"):
        look(desk)
    assert lease is not None


@pytest.mark.parametrize("server", ["double"], indirect=True)
def test_a_message_that_the_server_does_not_give_holds_up_no_other(desk, server):
    """It is asked for in three looks; then it is remarked on, and the others are taken."""
    for number in range(3):
        server.append(mail(number))
    server.refuses = {2}
    states = [look(desk) for _ in range(3)]
    assert [state.taken for state in states] == [1, 1, 2]
    assert "message 2" in states[0].problem
    assert (states[2].skipped, states[2].problem) == (1, "")


@pytest.mark.parametrize("server", ["double"], indirect=True)
def test_a_server_in_trouble_is_tried_again(desk, server):
    """What RFC 5530 calls the server's own trouble is no refusal of the password."""
    server.append(mail(1))
    server.later = "[UNAVAILABLE] the directory is away"
    assert "UNAVAILABLE" in look(desk).problem
    server.later = ""
    assert due(desk, minutes=1).taken == 1


@pytest.mark.parametrize("server", ["double"], indirect=True)
def test_old_mail_is_no_news(desk, server):
    """The first look begins a day back; what lies there for years is history, not a report."""
    assert server.since is None
    look(with_mailbox(desk, days=1))
    assert server.since == "28-Feb-2026"


@pytest.mark.parametrize("server", ["double"], indirect=True)
def test_where_the_mark_cannot_be_written_the_mail_is_not_received(desk, server, monkeypatch):
    """Both stand in one transaction: a reader that lost its lease accepts nothing."""
    server.append(mail(1))

    def stolen(mark: MailboxMark) -> None:
        raise Conflict("lost")

    monkeypatch.setattr(mailboxes, "advance", stolen)
    with accepting(desk) as accept:
        lease = mailboxes.lease("desk", desk.now(), seconds=60, worker="t")
        mark = MailboxMark(lease=lease, state=lease.state, until=desk.now())
        with pytest.raises(Conflict):
            accept(mail(1), RawEnvelope(channel=Channel.IMAP), mark)
    assert received() == []


OTHER = {"oauth2": "other", "client_id": "x", "client_secret": "y"}


@pytest.mark.parametrize(
    "options",
    [
        {"tls": "none", "host": "imap.example"},
        {"tls": "maybe"},
        {"name": "No Name"},
        {"every": 1},
        {"password": ""},
        {"oauth2": "microsoft", "client_id": "x", "client_secret": "y"},
        {"oauth2": "google", "client_id": "x"},
        {"oauth2": "yahoo"},
        {"folder": "a\nb"},
        *(
            {**OTHER, "token_url": url}
            for url in (
                "http://login.example/token",
                "https://login.example:99999/token",
                "https:///token",
            )
        ),
    ],
)
def test_what_cannot_be_read_with_is_refused_at_the_start(options):
    given = {"name": "desk", "host": "127.0.0.1", "user": "abuse", "password": "x", **options}
    with pytest.raises(Invalid, match=r"mail\.mailboxes"):
        MailboxSettings(**given)
