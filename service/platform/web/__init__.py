"""What a room's routes stand on: `from service.platform import web`."""

from service.platform.web.access import INSIDE, UndeclaredRouteError, access_table, enforce, refuse_undeclared, routes
from service.platform.web.answers import act, nothing
from service.platform.web.blueprint import Api, Blueprint, ProblemSchema, StrictSchema
from service.platform.web.body import allow_bulk_body, json_body, read_json, refuse_nul, sent_body, use_json
from service.platform.web.context import (
    EXTENSION,
    LANGUAGE,
    Assembly,
    actor,
    assembly,
    database,
    glance,
    language,
    notes,
    reader,
    settings,
    settings_of,
    unit_of_work,
)
from service.platform.web.day import FIRST_YEAR, LAST_YEAR, Day, Instant
from service.platform.web.etag import entity_tag, tagged, unchanged
from service.platform.web.idempotency import (
    AlreadyAnsweredError,
    begin,
    claim_stream,
    finish,
    forget_claim,
    forget_old_keys,
    streams_body,
    tells_secret,
)
from service.platform.web.paging import Page, PageArguments, cut, link_next, page_of, read_cursor, write_cursor
from service.platform.web.problems import handle_problems, problem_response
from service.platform.web.query import know_queries, path_of, refuse_unknown_query
from service.platform.web.sent_files import FILE_BODY, keep_sent_file, send_file
from service.platform.web.validation import FieldFault, faults

__all__ = [
    "EXTENSION",
    "FILE_BODY",
    "FIRST_YEAR",
    "INSIDE",
    "LANGUAGE",
    "LAST_YEAR",
    "AlreadyAnsweredError",
    "Api",
    "Assembly",
    "Blueprint",
    "Day",
    "FieldFault",
    "Instant",
    "Page",
    "PageArguments",
    "ProblemSchema",
    "StrictSchema",
    "UndeclaredRouteError",
    "access_table",
    "act",
    "actor",
    "allow_bulk_body",
    "assembly",
    "begin",
    "claim_stream",
    "cut",
    "database",
    "enforce",
    "entity_tag",
    "faults",
    "finish",
    "forget_claim",
    "forget_old_keys",
    "glance",
    "handle_problems",
    "json_body",
    "keep_sent_file",
    "know_queries",
    "language",
    "link_next",
    "notes",
    "nothing",
    "page_of",
    "path_of",
    "problem_response",
    "read_cursor",
    "read_json",
    "reader",
    "refuse_nul",
    "refuse_undeclared",
    "refuse_unknown_query",
    "routes",
    "send_file",
    "sent_body",
    "settings",
    "settings_of",
    "streams_body",
    "tagged",
    "tells_secret",
    "unchanged",
    "unit_of_work",
    "use_json",
    "write_cursor",
]
