"""A draw on paper: one page in either language, with what is needed to run it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from service.platform import FixedClock
from tests.builders import draw_life, drawing
from tests.builders.draws import material

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from service.platform import web
    from tests.builders.fillings import Filling


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


def test_a_draw_is_printed_on_one_page_with_all_that_it_takes_to_run_it_again(
    assembly: web.Assembly, anonymous: FlaskClient
) -> None:
    number = draw_life.prepared(assembly.database)
    at = f"/v1/draws/{number}/certificate.pdf"
    assert anonymous.get(at).json["code"] == "draw_document_not_found", "nothing is committed yet"
    draw_life.dispatched(assembly.database, number)
    documents = anonymous.get(f"/v1/draws/{number}").json["documents"]
    (program, _) = anonymous.get("/v1/verifiers").json["items"]
    for language, word in (("zh", "STSong-Light"), ("en", "Certificate of a draw")):
        printed = anonymous.get(at, query_string={"lang": language})
        assert (printed.mimetype, printed.data[:5]) == ("application/pdf", b"%PDF-")
        said = printed.data.decode("latin-1")
        assert word in said
        assert re.search(r"/Count 1\s", said), "one page"
        for code in ("never_inspected", f", {drawing.HERE},"):
            assert code not in said, "said in words"
        for value in (*documents.values(), material.SIGNATURE, program["sha256"]):
            assert value[:40] in said
        assert anonymous.get(at, query_string={"lang": language}).data == printed.data
