"""Web pages saved as one file (.mht): the page itself; its pictures and styles are passed over."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import cast

from ingest.readers import html
from youju.errors import ReadError
from youju.records import ExtractedText

MAX_PARTS = 2000
_NO_PAGE = "里面没有网页,请在浏览器中打开后另存为 html"


def read(data: bytes) -> ExtractedText:
    """The visible text of the page. ReadError when there is none, or for what `html` refuses."""
    try:
        message = cast(EmailMessage, email.message_from_bytes(data, policy=email.policy.compat32))
        for number, part in enumerate(message.walk()):
            if number > MAX_PARTS:
                break
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes) and payload.strip():
                    return html.read_part(payload, part.get_content_charset())
    except (ValueError, LookupError, RecursionError) as error:
        raise ReadError(_NO_PAGE) from error
    raise ReadError(_NO_PAGE)
