"""A manifest that is none, or was made to harm, is told as broken: no reader of one fails otherwise."""

from __future__ import annotations

import pytest

from service.national.manifest import read_manifest as read_evidence
from service.platform import Problem
from service.platform.backup import BackupError
from service.platform.backup.manifest import BackupKeys, read_manifest

NONE_AT_ALL = [b"", b"\xff", b"[]", b"{}", b"null", b"[" * 100_000, b'{"a":' * 100_000, b'{"form": 1e999}']


@pytest.mark.parametrize("content", NONE_AT_ALL, ids=range(len(NONE_AT_ALL)))
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(BackupError):
        read_manifest(content, BackupKeys([bytes(32)]), "there")
    with pytest.raises(Problem, match="national_not_evidence"):
        read_evidence(content, "there")
