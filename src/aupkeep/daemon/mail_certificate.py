"""The certificate that `mailin` shows, taken up anew when its files change (RFC 3207)."""

import asyncio
from contextlib import suppress
from pathlib import Path

import structlog

from aupkeep.config.certificate import server_context
from aupkeep.model.errors import AupkeepError

log = structlog.get_logger("mailin")
LOOK = 60.0  # seconds between looks at the files


class MailCertificate:
    """`context` is for new connections; those that are open keep theirs."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises `Invalid` for files that are none."""
        self._files = (certificate, key)
        self._seen = self._changed()
        self.context = server_context(certificate, key)

    def renew(self) -> bool:
        """Read the files when they changed. Raises `Invalid`; the one before then serves on."""
        if (changed := self._changed()) == self._seen:
            return False
        self._seen = changed
        self.context = server_context(*self._files)
        return True

    async def keep_renewed(self) -> None:
        """Look at the files until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                if self.renew():
                    log.info("certificate renewed")
            except AupkeepError as error:
                log.warning("certificate not renewed; the one before goes on", error=str(error))

    def _changed(self) -> list[int]:
        """When each file was written last, [] while one is away."""
        with suppress(OSError):
            return [file.stat().st_mtime_ns for file in self._files]
        return []
