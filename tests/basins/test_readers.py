"""Who looks on writes nothing: the database serves them by roles that only read (SD15)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from alize.audit.models import AuditEvent
from alize.common.addresses import basin_reverse
from basins import context, tenancy
from basins.access import MATRIX
from basins.enums import NATIONAL_ROLES, READING_ROLES, Role
from partners.models import Group

READS = {
    "basin.home", "project.read", "diagnosis.read", "meeting.read", "proxy.read", "minutes.read",
    "vote.nominal", "rules.read", "declaration.read", "partner.read", "convention.read",
    "signature.read", "fund.read", "advance.read", "ledger.read", "bank.read", "follow_up.read",
    "report.read", "document.read", "people.read", "audit.read", "national.read", "candidacy.read",
    "list.export", "national.export", "operator.read", "journal.read", "journal.export",
}  # fmt: skip
IN_A_BASIN = (
    "INSERT INTO partners_group (name) VALUES ('x')",
    "UPDATE partners_partner SET name = 'x'",
    "DELETE FROM projects_attachment",
    "SELECT * FROM partners_partner FOR UPDATE",
    "SELECT nextval('partners_group_id_seq')",
    "UPDATE audit_auditevent SET type = 'x'",
    "UPDATE audit_audithead SET sequence = 0",
    "TRUNCATE audit_auditevent",
    "INSERT INTO public.outbox_entry (schema) VALUES ('b_0001')",
    "UPDATE public.basins_singleuselink SET expires_at = now()",
    "INSERT INTO public.audit_auditevent (at, type) VALUES (now(), 'x')",
    "SELECT * FROM b_0002.partners_group",
    "CREATE TABLE partners_ghost (id int)",
    "CREATE TEMP TABLE audit_auditevent (id int)",
    "ALTER TABLE partners_partner DISABLE TRIGGER ALL",
)
IN_PUBLIC = (
    "UPDATE basins_membership SET role = 'OPERATOR'",
    "UPDATE accounts_person SET email = 'x'",
    "UPDATE accounts_user SET password = 'x'",
    "DELETE FROM django_session",
    "INSERT INTO outbox_entry (schema) VALUES ('public')",
    "SELECT * FROM basins_basin FOR SHARE",
    "SELECT * FROM b_0001.partners_group",
)

pytestmark = pytest.mark.django_db


@dataclass
class Attack:
    """Statements sent from inside a page, while it is drawn for whoever asked for it."""

    statements: tuple[str, ...]
    answers: dict[str, str] = field(default_factory=dict)

    def __call__(self) -> None:
        for statement in self.statements:
            self.answers[statement] = "done"
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
            except DatabaseError as error:
                self.answers[statement] = str(error)

    @property
    def let_through(self) -> list[str]:
        refusals = ("permission denied", "must be owner")
        return [
            statement
            for statement, answer in self.answers.items()
            if not answer.startswith(refusals)
        ]


@pytest.fixture
def attack(monkeypatch, settings) -> Iterator[Callable[[tuple[str, ...]], Attack]]:
    """What each page sends besides its own statements."""
    settings.GUARD_READS = False
    given = context.allows

    def begin(statements: tuple[str, ...]) -> Attack:
        found = Attack(statements)

        def allows(*asked):
            if not found.answers:
                found()
            return given(*asked)

        monkeypatch.setattr(context, "allows", allows)
        return found

    return begin


def test_they_are_those_to_whom_the_matrix_opens_reading_alone():
    for role in READING_ROLES:
        assert {act for act, roles in MATRIX.items() if role in roles} <= READS
    assert Role.AUDITOR in READING_ROLES


@pytest.mark.parametrize("role", sorted(READING_ROLES))
def test_a_page_of_a_basin_shown_to_them_can_write_nothing(client_as, savoie, attack, role):
    sent = attack(IN_A_BASIN)
    page = client_as(role).get(basin_reverse("fund_home", basin=savoie))
    assert page.status_code == 200
    assert sent.answers.keys() == set(IN_A_BASIN)
    assert sent.let_through == []


@pytest.mark.parametrize("role", sorted(READING_ROLES))
def test_nor_can_one_of_the_network_or_one_that_reads_public(client_as, savoie, attack, role):
    pages = [reverse("national_home")]
    if role not in NATIONAL_ROLES:
        pages.append(basin_reverse("people_list", basin=savoie))
    for page in pages:
        sent = attack(IN_PUBLIC)
        assert client_as(role).get(page).status_code == 200
        assert sent.answers.keys() == set(IN_PUBLIC)
        assert sent.let_through == []


def test_nor_while_the_page_works_in_public_for_a_moment(client_as, savoie, attack, monkeypatch):
    sent = attack(IN_A_BASIN[:1])
    inside = Attack(IN_PUBLIC)
    basins_of = context.basins_of

    def asked(*given, **named):
        inside()
        return basins_of(*given, **named)

    monkeypatch.setattr(context, "basins_of", asked)
    client_as(Role.AUDITOR).get(basin_reverse("fund_home", basin=savoie))
    assert inside.answers.keys() == set(IN_PUBLIC)
    assert sent.let_through == inside.let_through == []


def test_who_also_works_in_the_basin_writes_there(client_as, savoie, attack):
    user = client_as(Role.AUDITOR).user
    with tenancy.national():
        user.memberships.create(basin=savoie, role=Role.MEMBER, starts_on="2026-01-05")
    sent = attack(IN_A_BASIN[:1])
    client_as(None, user=user).get(basin_reverse("fund_home", basin=savoie))
    assert sent.answers == {IN_A_BASIN[0]: "done"}


def test_the_next_request_writes_again_however_theirs_ended(client_as, savoie, monkeypatch):
    auditor, operator = client_as(Role.AUDITOR), client_as(Role.OPERATOR)

    def break_down(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(context, "allows", break_down)
        with pytest.raises(ZeroDivisionError):
            auditor.get(basin_reverse("fund_home", basin=savoie))
    form = {"name": "Atelier", "kind": "COMPANY", "joined_on": "2026-01-05"}
    operator.post(basin_reverse("partner_create", basin=savoie), form)
    with tenancy.inside(savoie):
        Group.objects.create(name="Groupe")


def test_their_own_account_stays_theirs(client_as, attack):
    sent = attack(("UPDATE accounts_person SET last_name = 'x'",))
    assert client_as(Role.AUDITOR).get(reverse("account_home")).status_code == 200
    assert set(sent.answers.values()) == {"done"}


def test_what_they_take_away_is_in_the_journal_which_follows(client_as, savoie):
    auditor = client_as(Role.AUDITOR)
    page = f"{basin_reverse('project_list', basin=savoie)}?export=csv"
    assert auditor.post(page, {"reason": "CONTROL"})["Content-Type"].startswith("text/csv")
    with tenancy.inside(savoie):
        event = AuditEvent.objects.get(type="export.made")
        assert event.by_id == auditor.user.pk
        assert event.digest
