"""A page that is asked for, its words, and no variable left undefined."""

import pytest
from django.template import engines
from django.test import RequestFactory
from lxml import html as parser


class Undefined(str):
    """What Django prints in place of an undefined variable: here, a failure."""

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, variable: object) -> str:
        raise AssertionError(f"undefined variable: {variable}")


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Undefined("%s"))


@pytest.fixture
def request_():
    return RequestFactory().get("/", {"sort": "company", "q": "bois"})


def text(html):
    """The words of a fragment, spaces as a reader sees them."""
    return " ".join(parser.fromstring(f"<div>{html}</div>").text_content().split())
