"""The one error of the embedded stack: what happened, where, and what to do next, in both languages."""


class EmbeddedStackError(RuntimeError):
    """The embedded servers cannot run; ``zh`` and ``en`` say the same to the person at the keyboard."""

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
