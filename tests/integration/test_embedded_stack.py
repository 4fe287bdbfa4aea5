"""The embedded stack with real servers: starts, second starts, kills, odd folders, other users."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from service.platform.embedded import Addresses, EmbeddedStack, EmbeddedStackError
from tests.builders.folders import server_folder

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes user: run the tests as root to see this one")

OWNER = """
    import sys, time
    from pathlib import Path
    from service.platform.embedded import EmbeddedStack
    stack = EmbeddedStack(durable=False)
    addresses = stack.start(Path(sys.argv[1]))
    print(addresses.database_url, addresses.redis_url, stack.pid("postgres"), stack.pid("redis"), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def new_dir() -> Iterator[Path]:
    """A data folder that is not there yet, where the servers' user reaches it even if we are root."""
    folder = server_folder()
    yield folder / "城 市"
    EmbeddedStack.erase(folder / "城 市")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def used_before() -> Iterator[Path]:
    """A data folder whose servers were started and stopped once."""
    folder = server_folder()
    with EmbeddedStack(folder, durable=False):
        pass
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(used_before: Path, new_dir: Path) -> Path:
    """A copy of that folder, to spare each test the making of a cluster."""
    subprocess.run(["cp", "-a", str(used_before), str(new_dir)], check=True)
    return new_dir


def ask(addresses: Addresses, question: str) -> str:
    with psycopg.connect(addresses.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        answer = connection.execute(question.encode()).fetchone() if question.startswith("SELECT") else None
        if answer is None:
            connection.execute(question.encode())
        return str(answer[0]) if answer else ""


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "the awaited state did not come within a minute"
        time.sleep(0.02)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def readable_by_all(path: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents) and bool(path.stat().st_mode & 4)


def start_owner(data_dir: Path) -> tuple[subprocess.Popen[str], Addresses, list[int]]:
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    database_url, redis_url, *processes = owner.stdout.readline().split()
    owner.stdout.close()
    return (
        owner,
        Addresses(database_url=database_url, redis_url=redis_url),
        [int(number) for number in processes],
    )


def test_a_first_start_gives_utf8_c_collation_and_checksums(new_dir: Path) -> None:
    with EmbeddedStack(new_dir) as addresses:
        assert ask(addresses, "SELECT current_setting('server_encoding')") == "UTF8"
        assert ask(addresses, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
        for setting in ("data_checksums", "fsync", "synchronous_commit", "full_page_writes"):
            assert ask(addresses, f"SELECT current_setting('{setting}')") == "on"
        with redis.Redis.from_url(addresses.redis_url) as connection:
            assert connection.config_get("appendonly") == {"appendonly": "yes"}


def test_throw_away_data_do_not_wait_for_the_disk(data_dir: Path) -> None:
    with EmbeddedStack(data_dir, durable=False) as addresses:
        assert ask(addresses, "SELECT current_setting('fsync')") == "off"


def test_no_tcp_port_is_open_and_the_sockets_are_private(data_dir: Path) -> None:
    with EmbeddedStack(data_dir, durable=False) as addresses:
        assert ask(addresses, "SELECT current_setting('listen_addresses')") == ""
        sockets = Path(addresses.database_url.split("host=")[1])
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        with redis.Redis.from_url(addresses.redis_url) as connection:
            assert connection.config_get("port") == {"port": "0"}
    assert not sockets.exists()


def test_a_second_start_finds_what_the_first_one_wrote(data_dir: Path) -> None:
    with EmbeddedStack(data_dir, durable=False) as addresses:
        ask(addresses, "CREATE TABLE kept AS SELECT '信监'::text AS word")
        with redis.Redis.from_url(addresses.redis_url) as connection:
            connection.set("kept", "信监")
    with EmbeddedStack(data_dir, durable=False) as addresses:
        assert ask(addresses, "SELECT word FROM kept") == "信监"
        with redis.Redis.from_url(addresses.redis_url, decode_responses=True) as connection:
            assert connection.get("kept") == "信监"


def test_stopping_leaves_no_process_behind(data_dir: Path) -> None:
    stack = EmbeddedStack(durable=False)
    stack.start(data_dir)
    processes = [stack.pid("postgres"), stack.pid("redis")]
    stack.stop()
    assert not [process for process in processes if lives(process)]
    stack.stop()  # a second stop does no harm


def test_a_second_supervisor_is_refused_with_the_number_of_the_first(data_dir: Path) -> None:
    owner, addresses, processes = start_owner(data_dir)
    with pytest.raises(EmbeddedStackError, match=str(owner.pid)) as refusal:
        EmbeddedStack().start(data_dir)
    assert "停止" in refusal.value.zh
    assert "Stop it first" in refusal.value.en
    assert ask(addresses, "SELECT 1") == "1"
    owner.terminate()
    owner.wait()
    eventually(lambda: not any(map(lives, processes)))


def test_the_servers_end_when_their_owner_is_killed(data_dir: Path) -> None:
    owner, addresses, processes = start_owner(data_dir)
    ask(addresses, "CREATE TABLE kept AS SELECT 7 AS number")
    owner.kill()
    owner.wait()
    with EmbeddedStack(data_dir, durable=False) as again:  # it waits for those still stopping
        assert not any(map(lives, processes))
        assert ask(again, "SELECT number FROM kept") == "7"


def test_everything_killed_at_once_is_recovered(data_dir: Path) -> None:
    owner, addresses, processes = start_owner(data_dir)
    ask(addresses, "CREATE TABLE kept AS SELECT 7 AS number")
    keeper = int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(processes[0])]))
    for process in (owner.pid, keeper, *processes):
        os.kill(process, signal.SIGKILL)
    owner.wait()
    with EmbeddedStack(data_dir, durable=False) as again:
        assert ask(again, "SELECT number FROM kept") == "7"


def test_the_servers_end_when_only_the_keeper_is_killed(data_dir: Path) -> None:
    stack = EmbeddedStack(durable=False)
    stack.start(data_dir)
    processes = [stack.pid("postgres"), stack.pid("redis")]
    keeper = int(subprocess.check_output(["ps", "-o", "ppid=", "-p", str(processes[0])]))
    os.kill(keeper, signal.SIGKILL)
    eventually(lambda: not any(map(lives, processes)))
    stack.stop()


def test_a_pid_file_that_names_a_foreign_process_is_no_obstacle(data_dir: Path) -> None:
    with EmbeddedStack(data_dir, durable=False) as addresses:
        ask(addresses, "CREATE TABLE kept AS SELECT 7 AS number")
    cluster = data_dir / "embedded" / "postgres"
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n0\n5432\n\n\n", encoding="utf-8")
    with EmbeddedStack(data_dir, durable=False) as addresses:
        assert ask(addresses, "SELECT number FROM kept") == "7"


@pytest.mark.parametrize("server", ["postgres", "redis"])
def test_a_killed_server_comes_back_on_the_same_address(data_dir: Path, server: str) -> None:
    stack = EmbeddedStack(durable=False)
    addresses = stack.start(data_dir)
    ask(addresses, "CREATE TABLE kept AS SELECT 7 AS number")
    victim = stack.pid("postgres" if server == "postgres" else "redis")
    os.kill(victim, signal.SIGKILL)

    def answers() -> bool:
        try:
            with redis.Redis.from_url(addresses.redis_url) as connection:
                return bool(connection.ping()) and ask(addresses, "SELECT number FROM kept") == "7"
        except (psycopg.OperationalError, redis.ConnectionError):
            return False

    eventually(lambda: stack.pid("postgres" if server == "postgres" else "redis") != victim)
    eventually(answers)
    stack.stop()


def test_a_half_made_cluster_is_made_again(new_dir: Path) -> None:
    half = new_dir / "embedded" / "postgres.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    with EmbeddedStack(new_dir, durable=False) as addresses:
        assert ask(addresses, "SELECT 1") == "1"


def test_a_cluster_of_another_version_is_refused_in_plain_words(data_dir: Path) -> None:
    with EmbeddedStack(data_dir, durable=False):
        pass
    (data_dir / "embedded" / "postgres" / "PG_VERSION").write_text("15\n", encoding="ascii")
    with pytest.raises(EmbeddedStackError, match="made by PostgreSQL 15, but 18"):
        EmbeddedStack().start(data_dir)


def test_a_missing_outside_folder_is_named(new_dir: Path) -> None:
    new_dir.mkdir()
    (new_dir / "embedded").symlink_to(new_dir / "nowhere")
    with pytest.raises(EmbeddedStackError, match="nowhere"):
        EmbeddedStack().start(new_dir)
    (new_dir / "embedded").unlink()


def test_a_running_stack_does_not_start_twice_and_answers_no_questions_when_stopped(data_dir: Path) -> None:
    stack = EmbeddedStack(durable=False)
    stack.start(data_dir)
    with pytest.raises(EmbeddedStackError, match="already runs"):
        stack.start(data_dir)
    with pytest.raises(EmbeddedStackError, match="Stop it first"):
        EmbeddedStack.erase(data_dir)
    stack.stop()
    with pytest.raises(EmbeddedStackError, match="does not run"):
        stack.pid("redis")


@as_root
def test_root_below_a_private_home_keeps_every_mode_and_runs_as_nobody(new_dir: Path) -> None:
    private = new_dir / "home"
    private.mkdir(parents=True, mode=0o700)
    before = {folder: folder.stat().st_mode for folder in (private, *private.parents)}
    stack = EmbeddedStack(durable=False)
    addresses = stack.start(private / "data")
    outside = (private / "data" / "embedded").readlink()
    user = Path(f"/proc/{stack.pid('postgres')}").stat().st_uid
    ask(addresses, "CREATE TABLE kept AS SELECT 7 AS number")
    stack.stop()
    with EmbeddedStack(private / "data", durable=False) as again:
        assert ask(again, "SELECT number FROM kept") == "7"
    assert user == pwd.getpwnam("nobody").pw_uid
    assert {folder: folder.stat().st_mode for folder in before} == before
    EmbeddedStack.erase(private / "data")
    assert not outside.exists()


@as_root
def test_an_ordinary_user_runs_the_same_stack(new_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    new_dir.mkdir()
    os.chown(new_dir, nobody.pw_uid, nobody.pw_gid)
    needed = [sys.executable, os.path.realpath(sys.executable), str(ROOT / "pyproject.toml"), psycopg.__file__]
    for path in needed:
        if not readable_by_all(Path(path)):
            pytest.skip(f"another user cannot read {path}: run the tests as an ordinary user to see this one")
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from service.platform.embedded import EmbeddedStack
        for turn in range(2):
            with EmbeddedStack(Path(sys.argv[1])) as addresses:
                print(addresses.database_url)
    """)
    outcome = subprocess.run(
        [sys.executable, "-c", script, str(new_dir)],
        cwd=ROOT, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert outcome.stderr == ""
    assert outcome.stdout.count("postgresql+psycopg://") == 2
    assert (new_dir / "embedded" / "postgres").stat().st_uid == nobody.pw_uid
