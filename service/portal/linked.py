"""What a page says to programs: linked data in the words of schema.org, nothing that the page does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from service.pages import called
from service.pages.words import gettext as _
from service.platform import web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONTEXT = "https://schema.org"
Linked = dict[str, Any]


def site() -> Linked:
    """The portal, and how it is searched."""
    found = url_for("portal_entities.find", _external=True)
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": _("信监公众门户"),
        "url": url_for("portal.first", _external=True),
        "inLanguage": _language(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{found}?name={{name}}"},
            "query-input": "required name=name",
        },
    }


def entity(told: Mapping[str, Any], records: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - linked data, or nothing
    """An entity with what is public of it; None of a natural person, whose name is told by its first character."""
    if "*" in told["name"]:
        return None
    of = [*map(_record, records), *map(_result, results)]
    return {"@context": CONTEXT, **_organization(told["entity"], told["name"])} | ({"subjectOf": of} if of else {})


def dataset(told: Mapping[str, Any]) -> Linked:
    """The open data, as catalogues of data read it."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": _("开放数据"),
        "description": _(
            "今日公开的全部内容，一个压缩包：正在公示的记录、检查结果、抽查计划和任务、随机抽取、各等级主体数。"
            "每个文件都是带表头的 CSV（UTF-8），可用表格软件打开。"
        ),
        "url": url_for("portal_open_data.about", _external=True),
        "version": str(told["schema"]),
        "dateModified": told["built_at"],
        "temporalCoverage": told["as_of"],
        "isAccessibleForFree": True,
        "inLanguage": ["zh-CN", "en"],
        "distribution": {
            "@type": "DataDownload",
            "encodingFormat": "application/zip",
            "contentUrl": url_for("open_data.archive", _external=True),
            "contentSize": str(told["bytes"]),
            "sha256": told["sha256"],
        },
    }


def record_list(items: Sequence[Mapping[str, Any]]) -> Linked:
    """The records of a page, in its order."""
    return _list([_record(one) | _about(one) for one in items])


def result_list(items: Sequence[Mapping[str, Any]]) -> Linked:
    """The results of a page, in its order."""
    return _list([_result(one) | _about(one) for one in items])


def _list(parts: Sequence[Linked]) -> Linked:
    elements = [{"@type": "ListItem", "position": place, "item": one} for place, one in enumerate(parts, 1)]
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "inLanguage": _language(),
        "numberOfItems": len(elements),
        "itemListElement": elements,
    }


def _record(one: Mapping[str, Any]) -> Linked:
    until = one["ends_on"] or ".."
    return {
        "@type": "DigitalDocument",
        "identifier": str(one["event"]),
        "name": called("decisions", one["decision_kind"]),
        "dateCreated": one["decided_on"],
        "datePublished": max(shown["on"] for shown in one["published"]),
        "temporalCoverage": f"{one['starts_on']}/{until}",
        "publisher": _authority(called("authorities", one["authority"])),
    }


def _result(one: Mapping[str, Any]) -> Linked:
    language = web.language()
    names = [row["names"].get(language) or row["names"]["zh"] for row in one["authorities"]]
    return {
        "@type": "Report",
        "identifier": one["visit"],
        "name": one["type"][language],
        "abstract": one["result"][language],
        "dateCreated": one["held_on"],
        "datePublished": one["published_on"],
        "publisher": [_authority(name) for name in names],
    }


def _about(one: Mapping[str, Any]) -> Linked:
    return {} if one["entity"] is None else {"about": _organization(one["entity"], one["name"])}


def _organization(key: str, name: str) -> Linked:
    scheme, _colon, code = key.partition(":")
    return {
        "@type": "Organization",
        "name": name,
        "identifier": {"@type": "PropertyValue", "propertyID": scheme, "value": code},
        "url": url_for("portal_entities.one", key=key, _external=True),
    }


def _authority(name: str) -> Linked:
    return {"@type": "GovernmentOrganization", "name": name}


def _language() -> str:
    return "en" if web.language() == "en" else "zh-CN"
