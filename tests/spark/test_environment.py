"""What the other tests of this folder stand on."""

from __future__ import annotations

import re
import subprocess
from importlib.util import find_spec

import pytest


@pytest.mark.skipif(find_spec("pyspark") is None, reason="without the extra [spark]: `make test-spark` installs it")
def test_java_is_there() -> None:
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "(\d+)', said)
    assert version is not None
    assert int(version[1]) >= 17
