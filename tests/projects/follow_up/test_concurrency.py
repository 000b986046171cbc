"""One link answered twice in the same second: real requests, committed rows (S21)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.outbox.models import Entry
from basins import links, tenancy
from basins.enums import LinkPurpose, Role
from basins.models import Basin, SingleUseLink
from projects.enums import ProjectStatus
from projects.models import FollowUpReview
from projects.operations import plan_reviews
from tests.builders import at, make_project, make_user
from tests.databases import of_its_own

ROUNDS = 10


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker, template_name: str) -> Iterator[Basin]:
    """Savoie in a database of its own, where threads see each other's commits."""
    with django_db_blocker.unblock(), of_its_own(template_name, "answers"):
        yield Basin.objects.get(slug="savoie")


def a_review_and_its_link(basin: Basin) -> tuple[FollowUpReview, str]:
    lead = make_user(Role.MEMBER, basin=basin)
    operator = make_user(Role.OPERATOR, basin=basin)
    project = make_project(
        status=ProjectStatus.LABELLED,
        labelled_on=date(2026, 3, 12),
        follow_up_lead=lead,
        operator=operator,
    )
    with transaction.atomic():
        plan_reviews(project, at=at())
    review = project.reviews.get(month=3)
    token = links.issue(
        basin=basin,
        purpose=LinkPurpose.FOLLOW_UP_REVIEW,
        target_id=review.pk,
        email=lead.email,
        at=timezone.now(),
        valid=timedelta(days=30),
    )
    return review, token


def answered_at_once(token: str, *forms: dict[str, str]) -> list[int]:
    """Send each form from a browser of its own, all in the same second; the statuses."""
    start = Barrier(len(forms))

    def send(form: dict[str, str]) -> int:
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            return Client().post(f"/suivi/{token}/", form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(send, forms))


@pytest.mark.parametrize("other", ["2", "9"], ids=["the same answer", "another answer"])
def test_a_link_answered_twice_at_once_counts_once(committed, other):
    for _ in range(ROUNDS):
        with tenancy.inside(committed):
            review, token = a_review_and_its_link(committed)
        form = {"situation": "DIFFICULT", "jobs_created": "2", "comment": "Bien."}
        told = count_told()
        first, second = answered_at_once(token, form, {**form, "jobs_created": other})
        assert sorted([first, second]) == [200, 410]
        with tenancy.inside(committed):
            review.refresh_from_db()
            assert review.submitted_at is not None
            assert review.jobs_created == (2 if first == 200 else int(other))
            events = AuditEvent.objects.filter(type="review.submitted", target_id=review.pk)
            assert events.count() == 1
        assert count_told() == told + 1
        used = SingleUseLink.objects.filter(token_digest=links.digest(token))
        assert used.exclude(used_at=None).count() == 1


def count_told() -> int:
    """The mails that tell the operator of a company in difficulty."""
    return Entry.objects.filter(kind="notifications.send", payload__code="M17").count()
