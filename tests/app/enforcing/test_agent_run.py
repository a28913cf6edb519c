"""What an agent far from its server says to it, and to nobody else."""

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from aupkeep.app.enforcing.agent_run import AgentConfig, _send, open_agent
from aupkeep.app.steady_clock import not_before
from aupkeep.config.targets import TargetSettings
from aupkeep.enforcement.agent_report import AgentReport
from aupkeep.model.errors import AupkeepError


class Moved(BaseHTTPRequestHandler):
    """A server that sends everybody elsewhere, and notes who comes there."""

    came: list[str | None] = []

    def do_POST(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.end_headers()

    def do_GET(self) -> None:
        self.came.append(self.headers["Authorization"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words: object) -> None:  # type: ignore[override]
        """Say nothing."""


@pytest.mark.network
def test_a_report_and_its_token_follow_no_redirect(tmp_path: Path):
    """Whoever answers in the server's place learns the token of no later request."""
    report = AgentReport(
        at=datetime(2026, 3, 1, tzinfo=UTC), target="main", driver="record", serial=1, frozen=False
    )
    failed: list[AupkeepError] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Moved) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        config = AgentConfig(
            carries=TargetSettings(name="main", driver="record"), folder=tmp_path, keys=(),
            token="t0ken",
            server=f"http://127.0.0.1:{server.server_port}",
        )  # fmt: skip
        _send(config, report, failed.append)
        server.shutdown()
    assert Moved.came == []
    assert "302" in str(failed[0])


def test_the_clock_of_an_agent_is_told_when_a_state_was_made(tmp_path: Path):
    """The clock that its driver goes by as well."""
    carries = TargetSettings(name="main", driver="record")
    config = AgentConfig(carries=carries, folder=tmp_path, keys=(), server="https://desk.example")
    assert open_agent(config).not_before is not_before
