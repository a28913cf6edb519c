"""Notifications at a broker: what may be set by day, a real RabbitMQ at night."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aupkeep.inventory import broker, change_listener
from aupkeep.inventory.broker import BrokerLine, broker_settings
from aupkeep.inventory.change_listener import ChangeListener
from aupkeep.inventory.cloud_event import moves_holders
from aupkeep.inventory.sources.openstack import SOURCE
from aupkeep.inventory.standing_source import SourceOptions
from aupkeep.model.errors import Forbidden, Invalid, Unavailable
from daemon.processes import free_port
from inventory.fake_rabbit import FakeRabbit
from inventory.rabbit import Rabbit, pika
from inventory.rabbit_rights import EXCHANGES, PASSWORD, QUEUE
from inventory.test_cloud_event import enveloped

LOGIN = {"notifications_username": "aupkeep", "notifications_password": PASSWORD}
MOVED = enveloped("floatingip.update.end")
LASTS = 60.0  # seconds until something is seen, on a busy machine


def given(url: str = "amqps://rabbit.example", **more: object) -> SourceOptions:
    """Options of a source that listens."""
    return SourceOptions(name="cloud", options={"notifications_url": url, **LOGIN, **more})


def test_what_is_not_set_is_as_documented():
    found = broker_settings(given())
    assert found is not None
    assert (found.host, found.port, found.tls) == ("rabbit.example", 5671, True)
    assert (found.virtual_host, found.queue) == ("/", QUEUE)
    assert (found.exchanges, found.topics) == (EXCHANGES, ("notifications",))
    assert PASSWORD not in repr(found)


def test_without_a_url_nobody_listens():
    """As every install before."""
    assert SOURCE.listen is not None
    assert SOURCE.listen(SourceOptions(name="cloud")) is None
    assert SOURCE.listen(given()) is not None


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("amqps://rabbit.example:5673/cloud", ("rabbit.example", 5673, "cloud")),
        ("amqps://rabbit.example/%2Fa%2fb", ("rabbit.example", 5671, "/a/b")),
        ("amqp://127.0.0.1", ("127.0.0.1", 5672, "/")),
        ("amqp://localhost/", ("localhost", 5672, "/")),
    ],
)
def test_where_a_url_leads(url, place):
    found = broker_settings(given(url))
    assert found is not None
    assert (found.host, found.port, found.virtual_host) == place


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("amqp://rabbit.example", {}),
        ("https://rabbit.example", {}),
        ("amqps://", {}),
        ("amqps://me:pw@rabbit.example", {}),
        ("amqps://rabbit.example:port", {}),
        ("amqps://rabbit.example?heartbeat=0", {}),
        (7, {}),
        ("amqps://rabbit.example", {"notifications_username": ""}),
        ("amqps://rabbit.example", {"notifications_password": ""}),
        ("amqps://rabbit.example", {"notifications_exchanges": []}),
        ("amqps://rabbit.example", {"notifications_topics": "notifications"}),
        ("amqps://rabbit.example", {"notifications_queue": 1}),
    ],
)
def test_what_is_set_wrongly(url, more):
    """Told with the option's name, never with a password."""
    with pytest.raises(Invalid, match="option notifications_") as told:
        broker_settings(given(url, **more))
    assert "pw" not in str(told.value)


def test_plain_to_another_machine_is_a_choice():
    found = broker_settings(given("amqp://rabbit.example", notifications_plain=True))
    assert found is not None
    assert not found.tls


def test_without_the_extra_it_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pika", None)
    with pytest.raises(Unavailable, match=r"aupkeep\[openstack\]"):
        BrokerLine(broker_settings(given()))


@pytest.mark.network
def test_a_broker_that_is_away_is_named_with_the_reason():
    port = free_port()
    found = broker_settings(given(f"amqp://127.0.0.1:{port}"))
    with pytest.raises(Unavailable) as told:
        BrokerLine(found)
    assert str(told.value) == f"broker 127.0.0.1:{port}: 111 Connection refused"


real = pytest.mark.nightly("openstack")
net = pytest.mark.network
Broker = FakeRabbit | Rabbit


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    """A real one for all of this file."""
    made = Rabbit(tmp_path_factory.mktemp("rabbit"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def rabbit(server: Rabbit) -> Rabbit:
    """The real one without our queue."""
    server.drop()
    return server


@pytest.fixture(params=["fake", pytest.param("real", marks=[real, net])])
def either(request: pytest.FixtureRequest) -> Broker:
    """In memory by day, and the real one at night."""
    return FakeRabbit() if request.param == "fake" else request.getfixturevalue("rabbit")


def options(rabbit: Rabbit, **more: object) -> SourceOptions:
    """Over TLS, as the user of the documentation."""
    place = {
        "notifications_url": f"amqps://localhost:{rabbit.tls}",
        "notifications_ca_file": str(rabbit.folder / "tls.crt"),
    }
    return SourceOptions(name="cloud", options={**LOGIN, **place, **more})


def line(rabbit: Rabbit, **more: object) -> BrokerLine:
    """Connected."""
    found = broker_settings(options(rabbit, **more))
    assert found is not None
    return BrokerLine(found)


@contextmanager
def listening(broker: Broker, **more: object) -> Iterator[ChangeListener]:
    """A listener that runs."""
    stop, found = threading.Event(), broker_settings(given(**more))
    assert found is not None
    listener = ChangeListener(lambda: broker.line(found), moves_holders)
    thread = threading.Thread(target=listener.run, args=(stop,))
    thread.start()
    try:
        yield listener
    finally:
        stop.set()
        thread.join(LASTS)
        assert not thread.is_alive()


def until(seen, what: str) -> float:
    """Wait; the seconds."""
    begun = time.monotonic()
    while not seen():
        assert time.monotonic() - begun < LASTS, what
        time.sleep(0.01)
    return time.monotonic() - begun


def hears(listener: ChangeListener) -> bool:
    """Whether it does now."""
    state = listener.state()
    return state is not None and state.hears


def told(listener: ChangeListener) -> int:
    """How many changes it was told."""
    state = listener.state()
    return state.told if state is not None else 0


def test_a_notification_is_heard_at_once(either: Broker):
    """Also one that came while nobody was connected; forged ones are counted and bring nothing."""
    with listening(either) as listener:
        until(listener.woken, "it hears")
        for _ in range(20):
            either.tell(MOVED)
            assert until(listener.woken, "the word") < 10
        either.tell(b"forged", b"{}", b"\xff" * 100_000, enveloped("image.upload"))
        until(lambda: listener.state().unreadable == 3, "they were read")
        assert not listener.woken()
    either.tell(MOVED, exchange="nova")
    with listening(either) as listener:
        until(lambda: told(listener) == 1, "the queue kept it")


def test_a_queue_that_is_dropped_is_made_again(either: Broker):
    """It is told, and what came in between is looked for."""
    with listening(either) as listener:
        until(lambda: hears(listener), "it hears")
        listener.woken()
        either.drop()
        until(lambda: not hears(listener) and "found it gone" in listener.state().problem, "told")
        until(lambda: hears(listener), "it hears again")
        assert listener.woken()
        either.tell(MOVED)
        until(lambda: told(listener) == 1, "the word")


def test_a_broker_that_dies_is_told(either: Broker, monkeypatch):
    """While it is away too; it is heard again once it is there."""
    monkeypatch.setattr(change_listener, "LONGEST", 0.1)
    with listening(either) as listener:
        until(lambda: hears(listener), "it hears")
        either.stop()
        until(lambda: not hears(listener), "it is deaf")
        listener.woken()
        either.start()
        until(lambda: hears(listener), "it hears after a restart")
        assert listener.woken()
        either.tell(MOVED)
        until(lambda: told(listener) == 1, "the word")


def test_what_a_broker_refuses_us_is_told(either: Broker):
    """A login; an exchange, whose neighbours are heard; all of them; another's queue."""
    wrong = given(notifications_password="wrong-" + PASSWORD)
    with pytest.raises(Forbidden, match="login is refused"):
        either.line(broker_settings(wrong))
    with listening(either, notifications_exchanges=["neutron", "keystone2"]) as listener:
        until(lambda: hears(listener), "it hears")
        assert "exchange keystone2: 403" in listener.state().problem
        either.tell(MOVED)
        until(lambda: told(listener) == 1, "the word")
    for changes, words in (
        ({"notifications_exchanges": ["other"]}, "nothing to hear"),
        ({"notifications_queue": "notifications.info"}, "ACCESS_REFUSED"),
    ):
        refused = either.line(broker_settings(given(**changes)))
        with pytest.raises(Unavailable, match=words):
            refused.bind()
        refused.close()


@real
@net
def test_the_rights_of_the_documentation_are_enough_and_no_more(rabbit):
    """Its credential reads no calls between services, publishes nothing, touches no other queue."""
    first = line(rabbit)
    assert first.bind() == ()
    first.close()
    connection = rabbit.connection("aupkeep")
    refused = 0
    for act in (
        lambda channel: channel.queue_bind(QUEUE, "neutron", "#"),
        lambda channel: channel.queue_bind(QUEUE, "nova", "conductor"),
        lambda channel: channel.queue_declare("other"),
        lambda channel: channel.queue_delete("notifications.info"),
        lambda channel: channel.exchange_declare("aupkeep"),
        lambda channel: channel.exchange_delete("neutron"),
        lambda channel: channel.basic_get("notifications.info"),
        lambda channel: (channel.confirm_delivery(),
                         channel.basic_publish("neutron", "notifications.info", MOVED)),
    ):  # fmt: skip
        channel = connection.channel()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker) as told:
            act(channel)
        refused += told.value.reply_code == 403
    assert refused == 8
    connection.close()


@real
@net
def test_a_flood_takes_little_memory(rabbit):
    """The queue keeps a thousand; what is too large to be read is no word."""
    connection = rabbit.admin()
    channel = connection.channel()
    one = line(rabbit)
    one.bind()
    one.close()
    for _ in range(3000):
        channel.basic_publish("neutron", "notifications.info", MOVED)
    for _ in range(3):
        channel.basic_publish("neutron", "notifications.info", b"x" * (10 << 20))
    time.sleep(1)
    kept = channel.queue_declare(QUEUE, passive=True).method.message_count
    assert kept <= 1000
    connection.close()
    with listening(rabbit) as listener:
        until(lambda: hears(listener), "it hears")
        rabbit.tell(MOVED)
        until(lambda: listener.state().told > 0, "the newest is heard")


@real
@net
def test_what_a_real_one_refuses_is_told(rabbit, monkeypatch):
    """A vhost, a certificate, another host's, a port without TLS, a queue of another form."""
    with pytest.raises(Forbidden, match="vhost"):
        line(rabbit, notifications_url=f"amqps://localhost:{rabbit.tls}/none")
    with pytest.raises(Unavailable, match=r"(?i)certificate"):
        line(rabbit, notifications_ca_file="")
    with pytest.raises(Unavailable, match=r"(?i)hostname|IP address mismatch"):
        line(rabbit, notifications_url=f"amqps://127.0.0.1:{rabbit.tls}")
    with pytest.raises(Unavailable):
        line(rabbit, notifications_url=f"amqps://localhost:{rabbit.port}")
    right = line(rabbit)
    right.bind()
    right.close()
    monkeypatch.setattr(broker, "QUEUE", {"x-max-length": 5})
    formed = line(rabbit)
    with pytest.raises(Unavailable, match="PRECONDITION_FAILED"):
        formed.bind()
    formed.close()


@real
@net
def test_a_broker_that_halts_is_told(rabbit, monkeypatch):
    """By its silence; it is heard again once it goes on."""
    monkeypatch.setattr(broker, "HEARTBEAT", 2)
    monkeypatch.setattr(change_listener, "LONGEST", 2.0)
    with listening(rabbit) as listener:
        until(lambda: hears(listener), "it hears")
        rabbit.signal(signal.SIGSTOP)
        try:
            until(lambda: not hears(listener), "silence is told")
            until(lambda: "Timeout" in listener.state().problem, "a try to connect ends")
        finally:
            rabbit.signal(signal.SIGCONT)
        until(lambda: hears(listener), "it hears after a halt")


@real
@net
def test_nothing_of_a_login_or_a_message_is_logged(rabbit, caplog):
    """Neither by us nor by the library, at any level."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Forbidden):
        line(rabbit, notifications_password="wrong-" + PASSWORD)
    with listening(rabbit) as listener:
        until(lambda: hears(listener), "it hears")
        rabbit.tell(enveloped("port.update.end", _context_auth_token="gAAAA-token"))
        until(lambda: listener.state().told == 1, "the word")
    assert PASSWORD not in caplog.text
    assert "gAAAA" not in caplog.text
