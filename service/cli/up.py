"""``xinjian up``: the whole service on this machine until Ctrl-C."""

from __future__ import annotations

import signal
import socket
import threading
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

import click

from service.cli.demo_accounts import account_lines, demo_accounts
from service.cli.options import called, data_option
from service.cli.prepare import prepare
from service.cli.processes import DELIVERER, SCHEDULER, WORKERS, children, emptied, web_server
from service.cli.progress import Step
from service.cli.runtime import DATA, announced, runtime

if TYPE_CHECKING:
    from pathlib import Path

READY_WITHIN = 60.0
"""Seconds within which the web server must answer its first request."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口 · port")
@click.option(
    "--web-processes", type=click.IntRange(1, 64), default=2, show_default=True, help="网页进程数 · processes"
)
@data_option
def up(*, host: str, port: int, web_processes: int, data: Path | None) -> None:
    """启动服务直到 Ctrl-C · Serve until Ctrl-C; without DATABASE_URL on the embedded servers."""
    _refuse_taken(host, port)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with runtime(data) as running, announced(data, running):
        prepare(running)
        commands = {"web": web_server(), "workers": WORKERS, "scheduler": SCHEDULER, "deliverer": DELIVERER}
        environ = {
            **running.environ,
            "BIND": f"{host}:{port}",
            "WEB_PROCESSES": str(web_processes),
            "METRICS_BIND": "",  # the web server tells what all of them count
            "PROMETHEUS_MULTIPROC_DIR": str(emptied(data or DATA, "figures")),
        }
        with children(commands, environ, (data or DATA) / "logs") as alive:
            with Step("启动 · starting"):
                _wait_until_answering(host, port, stop)
            click.echo(f"工作台 Console http://{host}:{port}/console/")
            click.echo(f"门户 Portal   http://{host}:{port}/portal/")
            click.echo(f"接口 API      http://{host}:{port}/v1/")
            click.echo(f"接口文档 Docs  http://{host}:{port}/docs")
            click.echo(f"日志 Logs     {(data or DATA) / 'logs'}")
            for line in account_lines(demo_accounts(data or DATA)):
                click.echo(line)
            click.echo("按 Ctrl-C 停止 · Ctrl-C stops")
            while not stop.wait(1.0):
                alive.restart_ended()


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.UsageError(
                f"端口 {port} 已被占用，请换一个 · port {port} is taken, choose another: "
                f"{called()} up --port N ({error})"
            ) from error


def _wait_until_answering(host: str, port: int, stop: threading.Event) -> None:
    until = time.monotonic() + READY_WITHIN
    while not stop.is_set():
        connection = HTTPConnection(host, port, timeout=READY_WITHIN)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except (OSError, HTTPException) as error:
            if time.monotonic() > until:
                raise click.ClickException(
                    "网页进程没有应答，请看日志 web.log · the web server does not answer: see web.log"
                ) from error
        finally:
            connection.close()
        time.sleep(0.1)
