"""Each parameter of a list or a search, each form, sent what no browser sends (security.md S30)."""

from itertools import count
from typing import Any
from urllib.parse import urlencode

from tests.matrix.expected import allowed
from tests.matrix.forms import HOSTILE, TYPED, Form, forms_of, parameters_of
from tests.matrix.page import Audience
from tests.matrix.pages import PAGES
from tests.matrix.test_forms import ENCODED, NOT_SENT, SENDERS
from tests.matrix.world import Visitor, World


def test_nothing_that_is_typed_or_asked_breaks_a_page(world: World):
    turn, faults, sent = count(), [], set()
    for name, page in PAGES.items():
        senders = (who for who in SENDERS if page.audience is not Audience.MATRIX
                   or who in allowed(page.act))  # fmt: skip
        url = page.url(name, world.savoie)
        for role in senders if name not in NOT_SENT else ():
            visitor = world.visitors[role]
            answer = visitor.ask("GET", url)
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            for asked in parameters_of(answer.content_read):
                query = urlencode({asked: hostile(next(turn))})
                faults += fault_of(visitor, "GET", f"{url}?{query}")
            for form in forms_of(answer.content_read, url):
                if form.action not in sent:
                    sent.add(form.action)
                    fields = dict.fromkeys((one for one, _ in form.fields), hostile(next(turn)))
                    typed = {"data": urlencode(fields), "content_type": ENCODED}
                    faults += fault_of(visitor, "POST", form.action, **typed)
                    faults += faults_of_nul(visitor, form)
            break
    assert faults == []
    assert len(sent) > 100
    assert next(turn) > 250


def hostile(turn: int) -> str:
    """Each place is sent one of them, each of them is sent to many places."""
    return HOSTILE[turn % len(HOSTILE)]


def faults_of_nul(visitor: Visitor, form: Form) -> list[str]:
    """A NUL in one text at a time: beside fields that are refused, it would reach no column."""
    faults = []
    for rank, (_, value) in enumerate(form.fields):
        if value == TYPED:
            fields = [
                (name, f"{given}\0" if place == rank else given)
                for place, (name, given) in enumerate(form.fields)
            ]
            typed = {"data": urlencode(fields), "content_type": ENCODED}
            faults += fault_of(visitor, "POST", form.action, **typed)
    return faults


def fault_of(visitor: Visitor, method: str, url: str, **typed: Any) -> list[str]:
    """What the person would see as a page 500."""
    try:
        status = visitor.ask(method, url, **typed).status_code
    except Exception as error:  # whatever it is
        return [f"{method} {url} {str(typed)[:300]}: {type(error).__name__}: {error}"[:900]]
    return [f"{method} {url} answers {status}"] if status >= 500 else []
