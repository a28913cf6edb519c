"""Who holds too many connections to the mail door loses the one that waited longest."""

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor

import pytest

from aupkeep.app.receiving.receive import ReceivedRaw
from aupkeep.daemon import mailin
from aupkeep.daemon.http.holdings import Bounds, Holdings
from aupkeep.model.raw import Channel

pytestmark = pytest.mark.network


@pytest.mark.parametrize("kind", [mailin.Lmtp, mailin.Smtp])
def test_a_mail_still_gets_in_beside_many_idle_connections(kind, monkeypatch):
    monkeypatch.setattr(mailin, "LONGEST", 5.0)
    word = b"LHLO" if kind is mailin.Lmtp else b"EHLO"

    def accept(data, arrival) -> ReceivedRaw:
        return ReceivedRaw(raw="r1", digest="d", repeated=False)

    async def story(pool: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        held = Holdings[mailin.Smtp](Bounds(own=3, turn=0.0))
        handler = mailin.MailHandler(accept, pool, Channel.LMTP, held=held)
        make = functools.partial(kind, handler, data_size_limit=1000, hostname="x", loop=loop)
        listening = await loop.create_server(make, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        for reader, _ in idle:
            await reader.readline()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for line in (word + b" x", b"MAIL FROM:<a@b.example>", b"RCPT TO:<c@d.example>", b"DATA"):
            writer.write(line + b"\r\n")
        writer.write(b"Subject: x\r\n\r\ny\r\n.\r\nQUIT\r\n")
        assert b"250 2.0.0 kept as r1" in await reader.read()
        assert await idle[0][0].read() == b""  # dropped
        assert len(held) <= 3
        for _, one in (*idle, (reader, writer)):
            one.close()
        listening.close()
        await asyncio.sleep(0.01)

    with ThreadPoolExecutor(1) as pool:
        asyncio.run(story(pool))
