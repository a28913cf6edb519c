"""The sinkhole: each connection gets one fixed page and is closed. Nothing is read or kept.

    python -m aupkeep_intercept.sinkhole ADDRESS:PORT [PAGE]

`PAGE` is a file whose text stands on the page; else a sentence of ours does. The page goes out
before anything is read: what a client sends stays unread in the kernel and is thrown away with the
connection. How many came is not kept here either: the router's kernel counts what it diverts.
"""

import asyncio
import html
import sys
from contextlib import suppress
from pathlib import Path

TEXT = "Your provider has stopped this connection under its acceptable use policy."
LINGER = 1.0  # seconds in which the client takes the page
MOST = 64  # connections at once; further ones wait in the kernel


def page(text: str) -> bytes:
    """A whole HTTP answer: 451, Unavailable For Legal Reasons (RFC 7725)."""
    body = f"<!doctype html><title>Stopped</title><p>{html.escape(text)}</p>\n".encode()
    head = (
        "HTTP/1.1 451 Unavailable For Legal Reasons\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


async def serve(host: str, port: int, text: str = TEXT) -> asyncio.Server:
    """Listen; the server answers while the loop runs."""
    answer, room = page(text), asyncio.Semaphore(MOST)

    async def turn_away(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        async with room:
            with suppress(OSError, TimeoutError):
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(answer)
                await asyncio.wait_for(writer.drain(), LINGER)
                if writer.can_write_eof():
                    writer.write_eof()
                await asyncio.sleep(LINGER)
            writer.transport.abort()

    return await asyncio.start_server(turn_away, host, port, limit=1)


async def _run(host: str, port: int, text: str) -> None:
    async with await serve(host, port, text) as server:
        await server.serve_forever()


def main(words: list[str]) -> int:
    """Run until it is ended."""
    host, _, port = words[0].rpartition(":")
    text = Path(words[1]).read_text("utf-8").strip() if len(words) > 1 else TEXT
    with suppress(KeyboardInterrupt):
        asyncio.run(_run(host.strip("[]"), int(port), text))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
