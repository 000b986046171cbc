"""A script that sends a form is told where it leads, and its page goes there once (ADR 33)."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from alize.common.redirects import ASKED, TOLD, RedirectsToldMiddleware

ASKING = {"headers": {ASKED: "yes"}}


def led() -> HttpResponse:
    answer = HttpResponseRedirect("/bassins/savoie/")
    answer.set_cookie("mot", "dit")
    return answer


def test_whoever_asks_is_told_where_to_go_with_what_else_was_said():
    told = RedirectsToldMiddleware(lambda request: led())(RequestFactory().post("/", **ASKING))
    assert (told.status_code, told.headers[TOLD]) == (204, "/bassins/savoie/")
    assert not told.has_header("Location")
    assert told.cookies["mot"].value == "dit"


@pytest.mark.parametrize(
    ("asked", "answer"), [({}, led()), (ASKING, HttpResponse("Un point à corriger", status=422))]
)
def test_the_others_get_the_answer_as_it_is(asked, answer):
    status = answer.status_code
    same = RedirectsToldMiddleware(lambda request: answer)(RequestFactory().post("/", **asked))
    assert (same.status_code, same.has_header(TOLD)) == (status, False)
