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
from inventory.rabbit import EXCHANGES, PASSWORD, QUEUE, Rabbit, pika
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


# --- with a real broker -------------------------------------------------------------------------

real = pytest.mark.nightly("openstack")
net = pytest.mark.network


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rabbit]:
    """One for all of this file."""
    made = Rabbit(tmp_path_factory.mktemp("rabbit"))
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def rabbit(server: Rabbit) -> Rabbit:
    """Without our queue."""
    connection = server.admin()
    connection.channel().queue_delete(QUEUE)
    connection.close()
    return server


def options(rabbit: Rabbit, **more: object) -> SourceOptions:
    """Over TLS, as the user of the documentation."""
    ca = str(rabbit.folder / "tls.crt")
    return given(f"amqps://localhost:{rabbit.tls}", notifications_ca_file=ca, **more)


def line(rabbit: Rabbit, **more: object) -> BrokerLine:
    """Connected."""
    found = broker_settings(options(rabbit, **more))
    assert found is not None
    return BrokerLine(found)


@contextmanager
def listening(rabbit: Rabbit, **more: object) -> Iterator[ChangeListener]:
    """A listener that runs."""
    stop, asked = threading.Event(), options(rabbit, **more)
    listener = ChangeListener(lambda: BrokerLine(broker_settings(asked)), moves_holders)
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


@real
@net
def test_a_notification_is_heard_at_once(rabbit):
    """Also one that came while nobody was connected; forged ones are counted and bring nothing."""
    with listening(rabbit) as listener:
        until(listener.woken, "it hears")
        for _ in range(20):
            rabbit.tell(MOVED)
            assert until(listener.woken, "the word") < 5
        rabbit.tell(b"forged", b"{}", b"\xff" * 100_000, enveloped("image.upload"))
        until(lambda: listener.state().unreadable == 3, "they were read")
        assert not listener.woken()
    rabbit.tell(MOVED, exchange="nova")
    with listening(rabbit) as listener:
        until(lambda: listener.state() is not None and listener.state().told == 1, "the queue kept")


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
def test_what_is_refused_is_told(rabbit, monkeypatch):
    """A login, a vhost, a certificate, a queue of another form, an exchange that is not there."""
    with pytest.raises(Forbidden, match="login is refused"):
        line(rabbit, notifications_password="wrong-" + PASSWORD)
    with pytest.raises(Forbidden, match="vhost"):
        line(rabbit, notifications_url=f"amqps://localhost:{rabbit.tls}/none")
    with pytest.raises(Unavailable, match=r"(?i)certificate"):
        line(rabbit, notifications_ca_file="")
    with pytest.raises(Unavailable, match=r"(?i)hostname|IP address mismatch"):
        line(rabbit, notifications_url=f"amqps://127.0.0.1:{rabbit.tls}")
    with pytest.raises(Unavailable):
        line(rabbit, notifications_url=f"amqps://localhost:{rabbit.port}")
    part = line(rabbit, notifications_exchanges=["neutron", "keystone2"])
    assert "exchange keystone2: 403" in part.bind()[0]
    part.close()
    nothing = line(rabbit, notifications_exchanges=["other"])
    with pytest.raises(Unavailable, match="nothing to hear"):
        nothing.bind()
    nothing.close()
    monkeypatch.setattr(broker, "QUEUE", {"x-max-length": 5})
    formed = line(rabbit)
    with pytest.raises(Unavailable, match="PRECONDITION_FAILED"):
        formed.bind()
    formed.close()
    foreign = line(rabbit, notifications_queue="notifications.info")
    with pytest.raises(Unavailable, match="ACCESS_REFUSED"):
        foreign.bind()
    foreign.close()


@real
@net
def test_a_queue_that_is_dropped_is_made_again(rabbit):
    """It is told, and what came in between is looked for."""
    with listening(rabbit) as listener:
        until(lambda: hears(listener), "it hears")
        listener.woken()
        connection = rabbit.admin()
        connection.channel().queue_delete(QUEUE)
        connection.close()
        until(lambda: not hears(listener) and "found it gone" in listener.state().problem, "told")
        until(lambda: hears(listener), "it hears again")
        assert listener.woken()
        rabbit.tell(MOVED)
        until(lambda: listener.state().told == 1, "the word")


@real
@net
@pytest.mark.slow
def test_a_broker_that_dies_halts_or_is_slow_is_told(rabbit, monkeypatch):
    """Each goes on where it can; a line that is told to stop ends while the broker is halted."""
    monkeypatch.setattr(broker, "HEARTBEAT", 2)
    monkeypatch.setattr(change_listener, "LONGEST", 2.0)
    with listening(rabbit) as listener:
        until(lambda: hears(listener), "it hears")
        rabbit.stop()
        until(lambda: not hears(listener), "it is deaf")
        rabbit.start()
        until(lambda: hears(listener), "it hears after a restart")
        rabbit.tell(MOVED)
        until(listener.woken, "the word")
        rabbit.signal(signal.SIGSTOP)
        try:
            until(lambda: not hears(listener), "silence is told")
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
