"""Two people at once on one file: committed rows, real threads."""

from collections.abc import Iterator
from datetime import date
from threading import Event

import pytest

from alize.common.errors import ActionDenied
from basins import tenancy
from basins.enums import Role
from basins.models import Basin
from projects import operations
from projects.operations import telling
from tests.builders import at, make_contact, make_partner, make_project, make_user
from tests.committees.test_concurrency import wait_until_held
from tests.databases import of_its_own
from tests.funds.conftest import at_once
from tests.projects.conftest import WRITTEN


@pytest.fixture
def committed(django_db_setup, django_db_blocker, template_name) -> Iterator[Basin]:
    """The basin of a database of its own, where threads see each other's commits."""
    with django_db_blocker.unblock(), of_its_own(template_name, "files"):
        basin = Basin.objects.get(slug="savoie")
        with tenancy.inside(basin):
            yield basin


def test_a_diagnosis_being_handed_over_is_given_to_nobody_else(committed, monkeypatch):
    """Asked of another meanwhile, it waits for the end, then reads that it was handed over."""
    project, operator = make_project(), make_user(Role.OPERATOR, basin=committed)
    contacts = [
        make_contact(make_partner(), person=make_user(Role.MEMBER, basin=committed))
        for _ in range(2)
    ]
    monkeypatch.setattr("projects.queries.sections_of", lambda _: [])
    asked = {"project_id": project.pk, "due_on": date(2026, 1, 27), "by": operator}
    first = operations.request_diagnosis(contact_id=contacts[0].pk, at=at(2026, 1, 12), **asked)
    by = {"by": contacts[0].person, "at": at(2026, 1, 20)}
    operations.save_diagnosis_draft(diagnosis_id=first.pk, values=WRITTEN, **by)
    reached = Event()
    send_mail = telling.send_mail

    def slow(code, **words):
        if code == "M03":
            reached.set()
            wait_until_held()
        send_mail(code, **words)

    monkeypatch.setattr("projects.operations.telling.send_mail", slow)

    def ask_another():
        assert reached.wait(30)
        operations.request_diagnosis(contact_id=contacts[1].pk, at=at(2026, 1, 20), **asked)

    done, refused = at_once(
        committed, lambda: operations.submit_diagnosis(diagnosis_id=first.pk, **by), ask_another
    )
    assert isinstance(refused, ActionDenied), refused
    assert "déjà rendu" in refused.reason
    first.refresh_from_db()
    assert (first.cancelled_at, first.submitted_at) == (None, done.submitted_at)
