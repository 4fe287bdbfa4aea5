"""Inspection items and inspectors for tests, as a caller would send them."""

from __future__ import annotations

from typing import Any


def item(code: str = "ITEM-1", **said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of an item
    """An item on net cafés, in force since 2024, unless something else is said."""
    return {
        "code": code,
        "names": {"zh": "上网服务场所检查", "en": "Internet access venues"},
        "authority": "bj-culture-110105",
        "level": "general",
        "kinds": ["net_cafe"],
        "basis": [{"title": "互联网上网服务营业场所管理条例", "article": "第四条"}],
        "methods": ["on_site"],
        "valid_from": "2024-01-01",
        "checklist": [
            {
                "code": "minors",
                "look": {"zh": "未成年人", "en": "Minors"},
                "passes": {"zh": "未发现", "en": "None found"},
                "fails": {"zh": "接纳未成年人", "en": "A minor was admitted"},
                "event_code": "problem_found",
                "severities": ["minor", "serious"],
            }
        ],
        **said,
    }


def inspector(code: str = "CY-001", **said: Any) -> dict[str, Any]:  # noqa: ANN401 any field of an inspector
    """A certified inspector of Chaoyang, unless something else is said."""
    return {
        "code": code,
        "name": "检查员一",
        "authority": "bj-culture-110105",
        "skills": ["leader"],
        "certificates": [
            {"number": "11-0001", "issuer": "110000", "valid_from": "2022-01-01", "valid_to": "2027-01-01"}
        ],
        **said,
    }
