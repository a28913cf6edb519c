"""OpenStack's notifications from RabbitMQ: a queue of our own at the exchanges of its services.

AMQP 0-9-1 by pika, the extra `openstack`; an edge of this room. The queue is ours alone and bounded
at the broker: it drops the oldest, what is older than a minute, and itself when nobody asks for ten
minutes. Few messages are on their way at once, so that what others publish takes little memory.
"""

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from aupkeep.config.tls import client_context
from aupkeep.inventory.http_client import LOOPBACK
from aupkeep.inventory.standing_source import SourceOptions, text_option
from aupkeep.model.errors import Forbidden, Invalid, Unavailable

if TYPE_CHECKING:
    from pika import ConnectionParameters

PORTS = {"amqps": 5671, "amqp": 5672}
EXCHANGES = ["neutron", "nova", "keystone"]
TOPICS = ["notifications"]
QUEUE = {
    "x-expires": 600_000,  # milliseconds, as the next
    "x-message-ttl": 60_000,
    "x-max-length": 1000,
    "x-max-length-bytes": 8 << 20,
    "x-overflow": "drop-head",
}
AHEAD = 4  # messages on their way at once
HEARTBEAT = 20  # seconds; a broker that is silent for two of them is away
QUIET = 10.0  # seconds to connect, as HEARTBEAT for the first words
TURN = 0.5  # seconds to wait for a message
MOST_WORDS = 200  # characters of what a broker says
NONSENSE = (ValueError, TypeError, LookupError, AssertionError, struct.error)  # of pika, for frames


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSettings:
    """Where the notifications are, and who we are there."""

    host: str
    port: int
    tls: bool
    virtual_host: str
    username: str
    password: str = field(repr=False)
    ca_file: str
    queue: str
    exchanges: tuple[str, ...]
    topics: tuple[str, ...]

    @property
    def where(self) -> str:
        """Which broker, in words."""
        return f"broker {self.host}:{self.port}"


def broker_settings(options: SourceOptions) -> BrokerSettings | None:
    """What the options `notifications_…` say; None without a URL. Raises `Invalid`."""
    url = text_option(options, "notifications_url")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise Invalid("option notifications_url: expected amqps://HOST, found no URL") from error
    host, tls = parts.hostname or "", parts.scheme == "amqps"
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.query:
        raise Invalid("option notifications_url: expected amqps://HOST[:PORT][/VHOST] without user")
    plain = options.options.get("notifications_plain") is True
    if not (tls or plain or host in LOOPBACK):
        raise Invalid(
            f"option notifications_url: expected amqps, or loopback, found amqp to {host}"
        )
    return BrokerSettings(
        host=host,
        port=port,
        tls=tls,
        virtual_host=unquote(parts.path.removeprefix("/")) or "/",
        username=_needed(options, "notifications_username"),
        password=_needed(options, "notifications_password"),
        ca_file=text_option(options, "notifications_ca_file"),
        queue=text_option(options, "notifications_queue", f"aupkeep.{options.name}"),
        exchanges=_words(options, "notifications_exchanges", EXCHANGES),
        topics=_words(options, "notifications_topics", TOPICS),
    )


class BrokerLine:
    """A connection with a channel, and our queue there."""

    def __init__(self, settings: BrokerSettings) -> None:
        """Connect. Raises `Unavailable`, and `Forbidden` for a login that is refused."""
        try:
            from pika import BlockingConnection
        except ImportError as error:
            raise Unavailable("expected the extra: pip install 'aupkeep[openstack]'") from error
        logging.getLogger("pika").setLevel(logging.CRITICAL)  # what breaks, we say once
        self._settings = settings
        with _told_as_ours(settings):
            self._connection = BlockingConnection(_parameters(settings))

    def bind(self) -> tuple[str, ...]:
        """Declare the queue and bind it; what of the exchanges is refused or not there, in words.

        A refusal closes the channel, so each exchange has one of its own.
        """
        names = self._settings
        with _told_as_ours(names):
            channel = self._connection.channel()
            channel.queue_declare(names.queue, durable=True, arguments=dict(QUEUE))
            channel.close()
            refused = tuple(words for name in names.exchanges for words in self._bound(name))
        if len(refused) == len(names.exchanges):
            raise Unavailable(f"{names.where}: nothing to hear: {'; '.join(refused)}")
        return refused

    def _bound(self, exchange: str) -> Iterator[str]:
        from pika.exceptions import ChannelClosedByBroker

        channel = self._connection.channel()
        try:
            for topic in self._settings.topics:
                channel.queue_bind(self._settings.queue, exchange, f"{topic}.info")
        except ChannelClosedByBroker as error:
            yield f"exchange {exchange}: {_words_of(error)}"
        else:
            channel.close()

    def bodies(self) -> Iterator[bytes | None]:
        """Each message, None where none came for a while."""
        with _told_as_ours(self._settings):
            channel = self._connection.channel()
            channel.basic_qos(prefetch_count=AHEAD)
            for method, _, body in channel.consume(self._settings.queue, inactivity_timeout=TURN):
                if method is not None:
                    channel.basic_ack(method.delivery_tag)
                yield body
        raise Unavailable(f"{self._settings.where}: expected our queue to last, found it gone")

    def close(self) -> None:
        """End the connection, if there is one still."""
        from pika.exceptions import AMQPError

        with suppress(AMQPError, OSError, *NONSENSE):
            self._connection.close()


@contextmanager
def _told_as_ours(settings: BrokerSettings) -> Iterator[None]:
    """Errors of pika, the socket and TLS as ours."""
    from pika import exceptions
    from pika.adapters.utils.connection_workflow import AMQPConnectorException

    broken = (exceptions.AMQPError, AMQPConnectorException, OSError, *NONSENSE)
    try:
        yield
    except (
        exceptions.AuthenticationError,
        exceptions.ProbableAuthenticationError,
        exceptions.ProbableAccessDeniedError,
    ) as error:
        raise Forbidden(f"{settings.where}: the login is refused: {_words_of(error)}") from error
    except broken as error:
        raise Unavailable(f"{settings.where}: {_words_of(error)}") from error


def _words_of(error: Exception) -> str:
    """What went wrong at the bottom; a broker's own words are shortened, and plain."""
    inner = [
        x for x in (getattr(error, "exception", None), *error.args) if isinstance(x, Exception)
    ]
    if inner:
        return _words_of(inner[0])
    words = " ".join(map(str, error.args)) or type(error).__name__
    return "".join(filter(str.isprintable, words))[:MOST_WORDS]


def _parameters(settings: BrokerSettings) -> "ConnectionParameters":
    from pika import ConnectionParameters, PlainCredentials, SSLOptions

    trust = client_context(settings.ca_file) if settings.tls else None
    return ConnectionParameters(
        host=settings.host,
        port=settings.port,
        virtual_host=settings.virtual_host,
        credentials=PlainCredentials(settings.username, settings.password),
        heartbeat=HEARTBEAT,
        socket_timeout=QUIET,
        stack_timeout=HEARTBEAT,
        blocked_connection_timeout=HEARTBEAT,
        ssl_options=SSLOptions(trust, settings.host) if trust else None,
        client_properties={"connection_name": f"aupkeep {settings.queue}"},
    )


def _needed(options: SourceOptions, name: str) -> str:
    value = text_option(options, name)
    if not value:
        raise Invalid(f"option {name}: expected it beside notifications_url, found none")
    return value


def _words(options: SourceOptions, name: str, default: list[str]) -> tuple[str, ...]:
    value = options.options.get(name, default)
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise Invalid(f"option {name}: expected a list of names, found another value")
    return tuple(value)
