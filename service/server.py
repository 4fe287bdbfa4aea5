"""gunicorn's configuration: `gunicorn -c python:service.server service.wsgi:app`. Sizes come from the environment."""

import gc
import os
from typing import Any

from prometheus_client import multiprocess

import service.app  # noqa: F401 - read once, before the processes part: each of them then starts in a third of the time
from service.platform import load_settings
from service.platform.server_log import ServerLog
from service.platform.server_threads import SheddingWorker

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_connections = int(os.environ.get("WEB_CONNECTIONS", "1000"))  # of each process, those between requests too
backlog = 512  # connections that wait for a process; the kernel turns more away
timeout = 60
graceful_timeout = 20
keepalive = 15
logger_class = ServerLog
control_socket_disable = True  # it would open a socket in a home folder that may be read-only
accesslog = None  # the application writes one line for each request itself
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - a heartbeat must not wait for a disk


class worker_class(SheddingWorker):  # noqa: N801 - gunicorn looks for its settings by their names
    """The threads of a process, and those who wait for one."""

    waiting = int(os.environ.get("WEB_WAITING", "64"))


def on_starting(_server: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Refuse more threads than connections: a page holds one, and a second is wanted to note that it was looked at."""
    connections = load_settings(os.environ).pool_size
    if threads > connections:
        raise SystemExit(
            f"WEB_THREADS={threads} 多于 POOL_SIZE={connections}：线程会互相等待数据库连接。请调大 POOL_SIZE 后启动。\n"
            f"WEB_THREADS={threads} is more than POOL_SIZE={connections}: threads would wait for each other's "
            "connections. Raise POOL_SIZE and start again."
        )


def when_ready(_server: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """What was read is there to stay: no process looks for garbage in it, and so none gets pages of its own for it."""
    gc.collect()
    gc.freeze()


def child_exit(_server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn ships no types
    """Keep the figures of a process that has ended out of the gauges of living ones."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call] # prometheus_client leaves it untyped
