"""An upgrade host by host while requests go on: the release before works on the schema of this one."""

from bench.upgrade.rolling import Upgraded, upgrade

__all__ = ["Upgraded", "upgrade"]
