"""The one error of backups: what happened, where, and what to do next, in both languages."""

from __future__ import annotations


class BackupError(RuntimeError):
    """Nothing was backed up, or is not to be restored; ``zh`` and ``en`` say the same to the person at the keyboard."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
