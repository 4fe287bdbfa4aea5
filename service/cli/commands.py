"""The commands, each a thin call of use cases and queries, imported when it is called for.

A command needs the rooms that it works on and no others; ``--help`` needs none.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Final, NamedTuple, cast

import click

_DIGITS: Final = 17
"""Of an identity number, besides its check character."""


class Place(NamedTuple):
    """Where a command is: its module beside this one, its name there, and the first sentence of its help."""

    module: str
    name: str
    says: str


COMMANDS = {
    "account": Place(
        "people",
        "account",
        "工作人员账号 · Accounts of members of staff, for the console.",
    ),
    "backup": Place(
        "backing_up",
        "backup",
        "备份数据库，加密 · Back the database up, sealed; told by docs/backup.md.",
    ),
    "code": Place(
        "codes",
        "code",
        "主体登录码 · Codes with which entities enter the portal (docs/portal.md).",
    ),
    "demo": Place(
        "demo",
        "demo",
        "演示:生成、导入并评价一座城市,然后全部停止 · Invent, load and rate a city, then stop everything.",
    ),
    "draw": Place(
        "drawing",
        "draw",
        "双随机抽取 · Draws; the steps in their order are told by docs/draws.md.",
    ),
    "edition": Place(
        "adopting",
        "edition",
        "评价办法各版本 · Editions of rulebooks; how one is adopted is told by docs/editions.md.",
    ),
    "import": Place(
        "load",
        "load",
        "导入文件 · Import files.",
    ),
    "keys": Place(
        "keys",
        "keys",
        "静态加密密钥 · Keys of what is stored encrypted, and how much is under each (docs/operations.md).",
    ),
    "ledger": Place(
        "ledger",
        "ledger",
        "审计账本 · The audit ledger.",
    ),
    "measure": Place(
        "measuring",
        "measure",
        "管理措施 · Measures that rest upon records; told by docs/evidence.md.",
    ),
    "migrate": Place(
        "operate",
        "migrate_command",
        "迁移数据库并装入主数据 · Bring the database to the newest revision and load the master data.",
    ),
    "national": Place(
        "national",
        "national",
        "全国规模评价 · Rating beyond one machine; told by docs/national.md.",
    ),
    "notice": Place(
        "telling",
        "notice",
        "告知书 · Notices to entities (docs/notices.md).",
    ),
    "objection": Place(
        "repairing",
        "objection",
        "异议 · Objections; the steps in their order are told by docs/repair.md.",
    ),
    "open-data": Place(
        "open_data",
        "open_data",
        "开放数据 · Open data; told by docs/open-data.md.",
    ),
    "plan": Place(
        "inspecting",
        "plan",
        "抽查计划 · Inspection plans.",
    ),
    "publicity": Place(
        "publishing",
        "publicity_command",
        "信用信息公示 · What is public, until when, and what is owed; told by docs/publicity.md.",
    ),
    "query-log": Place(
        "query_log",
        "query_log",
        "查询记录 · Notes of who asked what, and how long they are kept (docs/operations.md).",
    ),
    "reindex": Place(
        "reindexing",
        "reindex",
        "重建名称与地址的检索内容 · Draw anew what entities are found by; told by docs/register.md.",
    ),
    "repair": Place(
        "repairing",
        "repair",
        "信用修复 · Credit repair; the steps in their order are told by docs/repair.md.",
    ),
    "reply": Place(
        "replying",
        "reply",
        "公示回应 · Replies of entities (docs/portal.md).",
    ),
    "restore": Place(
        "restoring",
        "restore",
        "由备份恢复，并核对账本 · Restore from a backup and check the ledger; told by docs/backup.md.",
    ),
    "statistics": Place(
        "statistics", "statistics", "统计 · Statistics of inspections; every formula is told by docs/statistics.md."
    ),
    "studio": Place("studying", "studio", "推演 · Trying editions; told by docs/studio.md."),
    "tier": Place(
        "ask",
        "tier",
        "查询监管等级及理由 · The tier of one entity, with every reason.",
    ),
    "token": Place(
        "operate",
        "token",
        "访问令牌 · API tokens.",
    ),
    "up": Place(
        "up",
        "up",
        "启动服务直到 Ctrl-C · Serve until Ctrl-C; without DATABASE_URL on the embedded servers.",
    ),
    "verify": Place(
        "verify",
        "verify",
        "验证抽取记录、评级包或账本证明 · Verify a draw, a rating or the ledger; exit 1 where a check fails.",
    ),
    "verify-backup": Place(
        "checking_backups",
        "verify_backup",
        "逐字节核对备份 · Read every byte of the backups; exit 1 where something is wrong or missing.",
    ),
    "webhook": Place(
        "telling",
        "webhook",
        "推送接收方 · Partners that are told of changes (docs/webhooks.md).",
    ),
}


class Program(click.Group):
    """A group that says in one sentence per language what went wrong, and ends with 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as its base
        """Every command, by name."""
        return sorted(COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what was typed; an identity number is refused before anything is done, for it is kept nowhere.

        Raises:
            click.UsageError: there is one.
        """
        long = [said for said in args if sum(map(str.isdigit, said)) >= _DIGITS]  # else nothing is read for it
        if long and any(map(import_module("service.platform.identity_numbers").holds_identity_number, long)):
            raise click.UsageError(
                "命令中含有公民身份号码，本系统任何地方都不保存。请删去后重试。· An identity number of a citizen "
                "stands in the command. None is kept anywhere: take it out and try again."
            )
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as its base
        """The command of a name, with what it needs."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        return cast("click.Command", getattr(import_module(f"service.cli.{place.module}"), place.name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as its base
        """The commands with their first sentences, as far as a line reaches."""
        room = formatter.width - 6 - max([len(name) for name in COMMANDS])
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, click.Command(name, help=one.says).get_short_help_str(room)) for name, one in COMMANDS.items()]
            )

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as its base
        """Run, and turn what a user can mend into sentences."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            said = import_module("service.cli.faults").sentences(error)
            if not said:
                raise
        for line in said:
            click.echo(line, err=True)
        sys.exit(1)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """信监 Xinjian: 信用评价、分级监管 · credit rating and tiered supervision.

    Without DATABASE_URL every command works on an embedded PostgreSQL and Redis over --data (default .data).
    """
