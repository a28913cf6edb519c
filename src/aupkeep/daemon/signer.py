"""The signer: signs what was committed and what the worker asks for; nobody else has its keys."""

import json
import os
import pwd
import queue
import socket
import struct
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import structlog

from aupkeep.app.context import AppContext
from aupkeep.app.signing.grammar import LONGEST_LINE, SOCKET, SignerMessage, receive, send
from aupkeep.app.signing.signer import Signer, StateUnfit, WitnessRefusal
from aupkeep.app.witnesses.configured import logs_of, own_name
from aupkeep.config.home import Home
from aupkeep.daemon.side_threads import stop_on_signals
from aupkeep.model.errors import AupkeepError, Invalid, Unavailable

log = structlog.get_logger("signer")
LOOK = 0.25  # seconds between looks at the journal
PATIENCE = 5.0  # seconds a client has for its request, and to take the answer
CONNECTIONS = 4  # clients heard at once; further ones wait
MOST_WAITING = {"client": 32, "cosigned": 8, "stranger": 8}  # further ones are closed
CREDENTIALS = struct.Struct("3i")  # Linux unix(7), SO_PEERCRED: pid, uid, gid

Waiting = tuple[SignerMessage, "Future[SignerMessage]"]


def users(names: Iterable[str], *, own: bool = True) -> frozenset[int]:
    """The numbers of these users of the machine, and our own. Raises `Invalid`."""
    numbers = {os.geteuid()} if own else set()
    for name in names:
        try:
            numbers.add(pwd.getpwnam(name).pw_uid)
        except KeyError as error:
            raise Invalid(
                f"client: expected a user of this machine, found {name[:60]!r}"
            ) from error
    return frozenset(numbers)


class SignerService:
    """Clients are read by threads of their own; everything is signed in the thread of `run`."""

    def __init__(
        self,
        context: AppContext,
        own: Home,
        clients: frozenset[int],
        cosigned: frozenset[int] = frozenset(),
    ) -> None:
        """Users of `cosigned` may ask for cosignatures of other logs, and for nothing else."""
        self._signer = Signer(context, own)
        self._settings = context.settings
        self._clients, self._cosigned = clients, cosigned
        self._trouble = ""
        self._room = {kind: threading.Semaphore(most) for kind, most in MOST_WAITING.items()}
        self._waiting: queue.SimpleQueue[Waiting] = queue.SimpleQueue()

    def run(self, listening: socket.socket, stop: threading.Event) -> None:
        """Sign until `stop`."""
        hearing = threading.Thread(target=self._hear, args=(listening, stop), daemon=True)
        hearing.start()
        while not stop.is_set():
            self._sign_new()
            with suppress(queue.Empty):
                message, answer = self._waiting.get(timeout=LOOK)
                answer.set_result(self._answer(message))
        hearing.join()

    def _sign_new(self) -> None:
        """Sign what is new; what is wrong with it is told once, and by `status`."""
        trouble = ""
        try:
            self._signer.sign_new()
        except AupkeepError as error:
            trouble = str(error)
        except Exception as error:  # the daemon's loop goes on; a database may be back soon
            log.exception("a look failed; going on")
            trouble = f"{type(error).__name__}: {error}"
        if trouble != self._trouble:
            log.warning("nothing is signed" if trouble else "signing again", trouble=trouble)
        self._trouble = trouble

    def _answer(self, message: SignerMessage) -> SignerMessage:
        if message.word == "status":
            signed = self._signer.memory.frontier.size
            return _json("ok", {"signed": signed, "trouble": self._trouble})
        try:
            return SignerMessage("ok", self._signed(message))
        except WitnessRefusal as refusal:
            return _json("refused", {"reason": str(refusal), **refusal.plain()})
        except StateUnfit as error:
            log.warning("a state was refused", reason=str(error), actions=len(error.actions))
            return _json("refused", {"reason": str(error), "actions": error.actions})
        except AupkeepError as error:
            away = isinstance(error, Unavailable)
            return _json("refused", {"reason": str(error), "away": away})
        except Exception as error:  # what a client sends must not end the signer
            log.exception("a request failed; going on")
            return _json("refused", {"reason": type(error).__name__, "away": True})

    def _signed(self, message: SignerMessage) -> bytes:
        """What is asked for, signed. Raises `AupkeepError`."""
        if message.word == "desired":
            return self._signer.sign_state(message.body)
        if message.word != "cosign":
            raise Invalid(f"expected status, desired or cosign, found {message.word}")
        name, logs = own_name(self._settings), logs_of(self._settings)
        return self._signer.cosign(message.body, name, logs).encode()

    def _hear(self, listening: socket.socket, stop: threading.Event) -> None:
        """Take connections until `stop`; strangers keep no client waiting."""
        with (
            ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="client") as readers,
            ThreadPoolExecutor(1, thread_name_prefix="cosigned") as cosigners,
            ThreadPoolExecutor(1, thread_name_prefix="stranger") as refusers,
        ):
            while not stop.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                except OSError as error:  # no descriptor is free: one will be
                    log.warning("a client was not heard", error=str(error))
                    stop.wait(LOOK)
                    continue
                user = peer(connection)
                kind = self._kind(user)
                if not self._room[kind].acquire(blocking=False):
                    connection.close()
                elif kind == "client":
                    readers.submit(self._serve, connection, kind)
                elif kind == "cosigned":
                    cosigners.submit(self._serve, connection, kind)
                else:
                    refusers.submit(self._refuse, connection, user)

    def _kind(self, user: int) -> str:
        """What a user may ask; who may ask for cosignatures alone has a thread apart."""
        if user in self._clients:
            return "client"
        return "cosigned" if user in self._cosigned else "stranger"

    def _refuse(self, connection: socket.socket, user: int) -> None:
        """Tell a stranger why nothing is signed for them."""
        with closing(connection), suppress(OSError), _given_back(self._room["stranger"]):
            log.warning("a client was refused", uid=user)
            connection.settimeout(LOOK)
            connection.recv(LONGEST_LINE)  # what was sent unread would break the answer off
            send(connection, _json("refused", {"reason": f"user {user} may not ask"}))

    def _serve(self, connection: socket.socket, kind: str) -> None:
        """One client: its request, the answer."""
        with closing(connection), suppress(OSError), _given_back(self._room[kind]):
            connection.settimeout(PATIENCE)
            try:
                message = receive(connection)
            except AupkeepError as error:
                send(connection, _json("refused", {"reason": str(error)}))
                return
            if kind == "cosigned" and message.word != "cosign":
                why = f"expected cosign, found {message.word}"
                send(connection, _json("refused", {"reason": why}))
                return
            answer: Future[SignerMessage] = Future()
            self._waiting.put((message, answer))
            send(connection, answer.result(PATIENCE))


@contextmanager
def _given_back(room: threading.Semaphore) -> Iterator[None]:
    """A place that was taken, until here."""
    try:
        yield
    finally:
        room.release()


def peer(connection: socket.socket) -> int:
    """The user at the other end, as the kernel says (Linux unix(7), SO_PEERCRED)."""
    data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return int(CREDENTIALS.unpack(data)[1])


def run(
    context: AppContext,
    own: Home,
    clients: frozenset[int],
    stop: threading.Event | None = None,
    *,
    cosigned: frozenset[int] = frozenset(),
) -> None:
    """Sign until SIGTERM, SIGINT or `stop`. Raises as `Signer` and where the socket is taken."""
    stop = stop or stop_on_signals()
    service = SignerService(context, own, clients, cosigned)
    with closing(listen(context.home)) as listening:
        log.info("signing", clients=sorted(clients))
        service.run(listening, stop)


def listen(home: Home) -> socket.socket:
    """The signer's socket, bound. Raises `OSError`, also where another signer listens."""
    home.signer.mkdir(mode=0o750, exist_ok=True)
    folder = os.open(home.signer, os.O_PATH | os.O_DIRECTORY)
    try:
        path = f"/proc/self/fd/{folder}/{SOCKET}"  # a socket's own path may be 107 bytes long
        _leave_free(path, home.signer / SOCKET)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(path)
        Path(path).chmod(0o660)  # who may ask is asked of the kernel
        listening.listen()
        listening.settimeout(LOOK)
        return listening
    finally:
        os.close(folder)


def _leave_free(path: str, shown: Path) -> None:
    """Take away what a dead signer left. Raises `OSError` where one listens."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as probe:
        try:
            probe.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            Path(path).unlink(missing_ok=True)
            return
    raise OSError(f"{shown}: expected no other signer, found one that listens")


def _json(word: str, answer: dict[str, object]) -> SignerMessage:
    return SignerMessage(word, json.dumps(answer).encode())
