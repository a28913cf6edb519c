"""Rows per CPU second of IntelMQ's Shadowserver parser bot; run by its own interpreter.

    PYTHON bench/peer_intelmq.py SCHEMA FILE...

Its own test harness feeds the bot in one process, without a broker: what it prints is an upper
limit. `bench/shadowserver.py` installs it and calls this; nothing of ours is imported here.
"""

import base64
import json
import os
import shutil
import sys
import tempfile
import time
import unittest
from pathlib import Path

if os.geteuid() == 0:
    os.geteuid = lambda: 1  # it refuses to run as root; all that it writes is in its own folder
from intelmq.bots.parsers.shadowserver import _config
from intelmq.bots.parsers.shadowserver.parser import ShadowserverParserBot
from intelmq.lib.test import BotTestCase


class Harness(BotTestCase, unittest.TestCase):
    """The bot with lists for queues."""

    @classmethod
    def set_bot(cls) -> None:
        """What the harness asks for."""
        cls.bot_reference = ShadowserverParserBot

    def runTest(self) -> None:  # noqa: N802 - unittest's name
        """Nothing to assert: the harness is only driven."""

    def measured(self, path: Path) -> tuple[int, float]:
        """How many events one report gave, and the CPU seconds it took."""
        self.input_message = {
            "__type": "Report",
            "feed.name": "bench",
            "time.observation": "2026-03-01T00:00:00+00:00",
            "extra.file_name": path.name,
            "raw": base64.b64encode(path.read_bytes()).decode("ascii"),
        }
        self.prepare_bot()
        before = time.process_time()
        self.run_bot(prepare=False, allowed_warning_count=10**9)
        return len(self.get_output_queue()), time.process_time() - before


def main() -> None:
    """Print one JSON object a report: its name, events and CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(sys.argv[1], Path(folder) / "shadowserver-schema.json")
        _config.prepare_update_schema_test(folder)
        _config.enable_test_mode(False)
        Harness.setUpClass()
        harness = Harness()
        for name in sys.argv[2:]:
            events, seconds = harness.measured(Path(name))
            print(json.dumps({"name": Path(name).name, "events": events, "seconds": seconds}))


if __name__ == "__main__":
    main()
