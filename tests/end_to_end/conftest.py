"""The wheel, built and installed once for the tests that look into it and for the city that it makes."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("scoring", "service", "workers")
SOURCES = ("pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that the checkout stays clean."""
    copy, out = tmp_path_factory.mktemp("源 码"), tmp_path_factory.mktemp("wheel")
    for name in (*PACKAGES, *(name for name in SOURCES if (ROOT / name).exists())):
        subprocess.run(["cp", "-R", str(ROOT / name), str(copy / name)], check=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an empty environment that holds the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("空 环境")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(_site(folder))
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def with_dependencies(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another such interpreter, which also sees the dependencies of this one; the wheel's own modules come first.

    They are compiled as an installer does it, so that the programs of a city do not each do it at their start.
    """
    folder = tmp_path_factory.mktemp("环境 有依赖")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = _site(folder)
    subprocess.run(["cp", "-R", f"{_site(installed.parents[1])}/.", str(site)], check=True)
    own = [str(site / package) for package in PACKAGES]
    subprocess.run([sys.executable, "-m", "compileall", "-q", *own], check=True, capture_output=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin" / "python"


def _site(environment: Path) -> Path:
    return environment / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
