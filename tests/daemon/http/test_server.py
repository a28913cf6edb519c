"""Our HTTP server with an application of one line: what it reads, refuses, drops and says."""

import asyncio
import threading
from dataclasses import replace

import pytest

from aupkeep.daemon.http.connection import Connection
from aupkeep.daemon.http.holdings import Bounds, Holdings
from aupkeep.daemon.http.lanes import RequestLane
from daemon.http.serving import QUICK, serving, talk, told

pytestmark = pytest.mark.network
POST = b"POST /report HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s"


def test_requests_reach_the_application_whole_one_after_the_other():
    async def story(port: int) -> None:
        first = (
            b"PUT /a%20b?c=d%20e HTTP/1.1\r\nHost: h\r\nX-Twice: 1\r\nX-Twice: 2\r\n"
            b"X_Forwarded_For: 192.0.2.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        last = b"HEAD http://h/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        answers = await talk(port, first, b"3\r\nabc\r\n", b"0\r\n\r\n" + last)
        assert answers.count(b"HTTP/1.1 200 OK") == 2
        assert b"Set-Cookie: a=b; Secure\r\n" in answers  # Django writes a space in front
        assert answers.endswith(b"\r\n\r\n")  # of HEAD no body
        body = told(answers[: answers.rindex(b"HTTP/1.1")])
        assert body == {
            "REQUEST_METHOD": "PUT", "PATH_INFO": "/a b", "QUERY_STRING": "c=d%20e",
            "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": "3", "HTTP_HOST": "h",
            "HTTP_X_TWICE": "1,2", "HTTP_TRANSFER_ENCODING": "chunked", "body": "abc",
        }  # fmt: skip

    serving(story)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (POST % (101, b""), 413),
        (POST % (9, b"abc"), 408),
        (
            b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n70\r\n" + b"x" * 101,
            413,
        ),
    ],
)
def test_a_body_too_large_or_too_slow_is_told_by_the_application(sent, status):
    async def story(port: int) -> None:
        assert told(await talk(port, sent))["aupkeep.refused"] == status

    serving(story)


def test_a_token_may_send_more_to_the_api_alone():
    async def story(port: int) -> None:
        for path, known in ((b"/api/x", True), (b"/report", False)):
            sent = (POST % (200, b"x" * 200)).replace(b"/report", path)
            head = b"\r\nAuthorization: Bearer x\r\nConnection: close\r\n"
            answer = told(await talk(port, sent.replace(b"\r\n", head, 1)))
            assert ("aupkeep.refused" in answer) is not known

    serving(story)


def test_who_holds_too_many_connections_loses_the_oldest_and_others_are_answered():
    async def story(port: int) -> None:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(9)]
        for _, writer in held:
            writer.write(POST % (9, b"abc"))
        ask = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        assert (await talk(port, ask)).startswith(b"HTTP/1.1 200 ")
        reader, writer = held[0]
        assert await reader.read() == b""  # dropped, not answered
        for _, writer in held:
            writer.close()

    bounds = Bounds(own=4, turn=0.0)
    serving(story, holdings=Holdings[Connection](bounds), deadlines=replace(QUICK, span=20.0))


def test_the_public_cannot_fill_the_lane_of_the_desk():
    free = threading.Event()

    def stuck(environ, start) -> list[bytes]:
        if environ["PATH_INFO"] == "/report":
            free.wait(30)
        start("200 OK", [])
        return [b"ok"]

    async def story(port: int) -> None:
        ask = b"GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        public = [asyncio.create_task(talk(port, ask % b"/report")) for _ in range(20)]
        await asyncio.sleep(0)
        assert (await talk(port, ask % b"/queue")).endswith(b"ok")
        assert not any(task.done() for task in public)
        free.set()
        assert all(answer.endswith(b"ok") for answer in await asyncio.gather(*public))

    serving(story, stuck)


def test_each_peer_has_its_turn_in_a_lane():
    order: list[str] = []

    async def story() -> None:
        lane, gate = RequestLane("public", 1), threading.Event()
        first = asyncio.create_task(lane.run("loud", gate.wait))
        await asyncio.sleep(0)
        tasks = [
            asyncio.create_task(lane.run(peer, lambda peer=peer: order.append(peer)))
            for peer in ("loud", "loud", "loud", "quiet")
        ]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *tasks)
        lane.close()

    asyncio.run(story())
    assert order == ["loud", "quiet", "loud", "loud"]


def test_each_token_of_a_peer_has_its_turn_and_more_tokens_give_no_more_turns():
    order: list[str] = []

    async def story() -> None:
        lane, gate = RequestLane("api", 1), threading.Event()
        first = asyncio.create_task(lane.run("many", gate.wait))
        await asyncio.sleep(0)
        asked = [("many", "a"), ("many", "a"), ("many", "b"), ("many", "c"), ("one", "d")]
        tasks = [
            asyncio.create_task(lane.run(peer, lambda who=who: order.append(who), who))
            for peer, who in asked
        ]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *tasks)
        lane.close()

    asyncio.run(story())
    assert order == ["a", "d", "b", "c", "a"]
