"""Files and reports of the interface, handed on by the console."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from flask import Response

if TYPE_CHECKING:
    from service.pages import Answer

POLICY: Final = "default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE: Final = re.compile(rb"<style>(.*?)</style>", re.DOTALL)


def relayed(answer: Answer, name: str) -> Response:
    """A file of the interface as a file of the console."""
    response = Response(answer.body, mimetype=answer.headers["Content-Type"].partition(";")[0])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def report_of(answer: Answer) -> Response:
    """A report that stands by itself, as a page: it has the styles that it came with, and runs no script."""
    styles = " ".join(f"'sha256-{b64encode(sha256(one).digest()).decode()}'" for one in _STYLE.findall(answer.body))
    response = Response(answer.body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY.format(styles=styles or "'none'")
    return response
