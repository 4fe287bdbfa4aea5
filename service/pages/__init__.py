"""Pages: what the console and the portal share. They ask the interface as every other caller does (ADR 15)."""

from service.pages.asking import Answer, RefusedError, ask, download, may
from service.pages.assets import blueprint as assets
from service.pages.blueprint import PageBlueprint, takes_bulk_file, takes_file
from service.pages.browser import browser_secret, choose_language, forget_browser, form_secret, remember_browser
from service.pages.filters import use_filters, zone
from service.pages.forms import Form
from service.pages.names import called, know_staff, names
from service.pages.rendering import inside, page, see
from service.pages.words import use_words

__all__ = [
    "Answer",
    "Form",
    "PageBlueprint",
    "RefusedError",
    "ask",
    "assets",
    "browser_secret",
    "called",
    "choose_language",
    "download",
    "forget_browser",
    "form_secret",
    "inside",
    "know_staff",
    "may",
    "names",
    "page",
    "remember_browser",
    "see",
    "takes_bulk_file",
    "takes_file",
    "use_filters",
    "use_words",
    "zone",
]
