"""What can be wrong with a line, in Chinese and English, each with a stable code and what to do next."""

from __future__ import annotations

from typing import NamedTuple

SENTENCES: dict[str, tuple[str, str]] = {
    "line_not_utf8": ("不是 UTF-8 文本，请按 UTF-8 重新导出", "the line is not UTF-8: export the file as UTF-8"),
    "line_too_long": (
        "一行超过 {value} 字节，请每行只写一条信息",
        "the line is longer than {value} bytes: write one fact a line",
    ),
    "json_malformed": ("不是有效的 JSON：{value}", "the line is not valid JSON: {value}"),
    "json_not_an_object": ("每行应为一个 JSON 对象", "each line must be one JSON object"),
    "key_repeated": ("同一行中字段 {field} 出现两次，请只保留一个", "field {field} stands twice in the line: keep one"),
    "field_missing": ("缺少字段 {field}，请补上", "field {field} is missing: add it"),
    "field_unknown": (
        "字段 {field} 既不是本格式的字段，也不是评价办法提到的属性，请更正或删去",
        "field {field} is neither a field of this format nor an attribute that the edition names: mend or drop it",
    ),
    "text_malformed": (
        "字段 {field} 应为 1 至 200 字、无控制字符的文本，现为 {value}",
        "field {field} must be a text of 1 to 200 characters without control characters, not {value}",
    ),
    "day_malformed": (
        "字段 {field} 应为日期 YYYY-MM-DD，现为 {value}",
        "field {field} must be a day YYYY-MM-DD, not {value}",
    ),
    "boolean_malformed": (
        "字段 {field} 应为 true 或 false，现为 {value}",
        "field {field} must be true or false, not {value}",
    ),
    "value_malformed": (
        "字段 {field} 应为最多两位小数的分值，现为 {value}",
        "field {field} must be points with at most two decimals, not {value}",
    ),
    "kinds_malformed": (
        "字段 {field} 应为门类代码的列表，现为 {value}",
        "field {field} must be a list of codes of kinds, not {value}",
    ),
    "licences_malformed": (
        "字段 {field} 应为 [起始日, 截止日或 null] 的列表，现为 {value}",
        "field {field} must be a list of [from, to or null], not {value}",
    ),
    "fields_do_not_go_together": (
        "同一行既有事项又有提问，请分成两行",
        "the line is both a fact and a question: make two lines of it",
    ),
    "nothing_said": (
        "这一行没有事项、场次、属性或提问，请补上 code、occasion 或 as_of",
        "the line says nothing: give it a code, an occasion, an attribute or an as_of",
    ),
    "id_reused": (
        "编号 {value} 已用于另一条不同的信息，请换一个编号",
        "id {value} was used for another fact: give this one its own id",
    ),
    "occasion_contradicts": (
        "场次 {value} 的类型或日期与前面的行不一致，请更正",
        "occasion {value} has another type or day than in an earlier line: mend one of them",
    ),
    "entity_came_back": (
        "监管对象 {value} 的行没有连在一起，请先排序，或去掉 --sorted",
        "the lines of entity {value} do not stand together: sort the file, or leave out --sorted",
    ),
    "attribute_contradicts": (
        "监管对象的 {field} 与前面的行不一致，请更正",
        "the entity's {field} differs from that of an earlier line: mend one of them",
    ),
}


class Fault(NamedTuple):
    """One thing wrong with one line. ``field`` is "" where it is the line as a whole; ``value`` is what was found."""

    line: int
    code: str
    field: str = ""
    value: str = ""
    entity: str | None = None

    def sentence(self, lang: str) -> str:
        """The fault in words: the line, the stable code, what happened and what to do."""
        zh, en = SENTENCES[self.code]
        if lang == "zh":
            return f"第 {self.line} 行：{zh.format(field=self.field, value=self.value)}（{self.code}）"
        return f"line {self.line}: {en.format(field=self.field, value=self.value)} ({self.code})"


class FaultError(ValueError):
    """Raised while a line is read; carries what ``Fault`` needs besides the line."""

    def __init__(self, code: str, field: str = "", value: object = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.value = f"{value!r:.80}" if field or not isinstance(value, str) else value
