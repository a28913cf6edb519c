"""Calls to an S3-like store over HTTP, signed with AWS Signature Version 4."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request

from aupkeep.enforcement.fetch import no_redirects
from aupkeep.model.errors import DriverRefused, Unavailable

TIMEOUT = 10.0  # seconds for each connect and read
MAX_ANSWER = 1 << 20
MISSING, REFUSED = 404, (400, 403, 405)
WITH_BODY = ("PUT", "POST")


class SignedCalls:
    """One endpoint, by one key."""

    def __init__(self, options: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        """The options were judged when the driver was opened."""
        self._endpoint = options["endpoint"].rstrip("/")
        self._key, self._secret = options["access_key"], options["secret_key"]
        self._region, self._now = str(options.get("region", "us-east-1")), now

    def call(
        self, method: str, path: str, query: Mapping[str, str], body: bytes, what: str
    ) -> tuple[int, bytes]:
        """Status and body of a 2xx or a 404; `path` is encoded already.

        Raises `DriverRefused` where the store will not, `Unavailable`; both name `what` and the
        status, never what the store said: an answer may have others' keys in it.
        """
        asked = "&".join(f"{quote(k, safe='')}={quote(query[k], safe='')}" for k in sorted(query))
        request = Request(  # noqa: S310 - its scheme was checked
            f"{self._endpoint}{path}?{asked}",
            data=body if method in WITH_BODY else None,
            method=method,
            headers=self._signed(method, path, asked, body),
        )
        try:
            with no_redirects().open(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.read(MAX_ANSWER)
        except HTTPError as error:
            with error:
                said = error.read(MAX_ANSWER)
            if error.code == MISSING:
                return error.code, said
            if error.code in REFUSED:
                raise DriverRefused(f"{what}: the store answers {error.code}") from error
            raise Unavailable(f"{what}: the store answers {error.code}") from error
        except (OSError, HTTPException, ValueError) as error:
            why = error if isinstance(error, OSError) else type(error).__name__  # else a header
            raise Unavailable(f"the object store does not answer: {why}") from error

    def _signed(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """The headers of a call."""
        moment = self._now().strftime("%Y%m%dT%H%M%SZ")
        day, digest = moment[:8], hashlib.sha256(body).hexdigest()
        host = urlsplit(self._endpoint).netloc
        names = "host;x-amz-content-sha256;x-amz-date"
        headers = f"host:{host}\nx-amz-content-sha256:{digest}\nx-amz-date:{moment}\n"
        asked = f"{method}\n{path}\n{query}\n{headers}\n{names}\n{digest}"
        scope = f"{day}/{self._region}/s3/aws4_request"
        hashed = hashlib.sha256(asked.encode()).hexdigest()
        key = f"AWS4{self._secret}".encode()
        for part in (day, self._region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        return {
            "X-Amz-Date": moment,
            "X-Amz-Content-Sha256": digest,
            "Content-Type": "application/json",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={self._key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}",
        }
