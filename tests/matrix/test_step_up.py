"""What asks a second factor shown in the last five minutes (security.md S18, ASVS 7.5.3)."""

import pytest
from django.urls import reverse

from alize.audit.models import AuditEvent
from alize.common.access import rule_of, walk
from basins import tenancy
from basins.enums import MFA_ROLES, Role
from tests.matrix.expected import allowed
from tests.matrix.pages import PAGES
from tests.matrix.world import Visitor, World, undone

FRESH = {
    "payment_release",
    "reversal_approve",
    "closing_create",
    "account_chart_change",
    "provision_book",
    "payee_decide",
    "bank_number_decide",
    "sepa_download",
    "sepa_sent",
    "authorization_approve",
    "minutes_sign",
    "minutes_countersign",
    "batch_sign",
    "circuit_confirm",
    "circuit_settle",
    "convention_void",
    "report_publish",
    "person_invite",
    "role_end",
    "role_last_day",
    "operator_edit",
    "basin_suspend",
    "basin_resume",
    "candidacy_decide",
    "national_person_invite",
    "national_role_end",
    "national_role_last_day",
    "national_reset_ask",
    "national_reset_approve",
    "second_factor_reset_ask",
    "second_factor_reset_approve",
    "second_factor_require",
}
LISTS = (
    "project_list", "follow_up_list", "convention_list", "condition_list", "contribution_list",
    "fund_home", "operating_account", "confirmation_list", "reminder_list", "bank_account",
    "advance_detail", "sepa_list", "sepa_detail", "closing_list", "funder_report_list",
    "aid_register",
)  # fmt: skip
CONFIRM = "/connexion/confirmer/?next="


@pytest.fixture(scope="module")
def tired(world: World) -> dict[Role, Visitor]:
    """The same people, who have shown no second factor lately."""
    people = {role: visitor.user for role, visitor in world.visitors.items() if visitor.user}
    return {role: Visitor(user, fresh=False) for role, user in people.items()}


def asks(answer, page: str) -> bool:
    return answer.status_code == 302 and answer["Location"] == f"{CONFIRM}{page}"


def test_they_are_those_of_the_specification():
    declared = {
        entry.name
        for _, entry in walk()
        if (rule := rule_of(entry.callback, entry.name)) and rule.fresh
    }
    assert declared == FRESH


@pytest.mark.parametrize("name", sorted(FRESH))
def test_the_factor_is_asked_for_the_page_and_for_a_form_sent_directly(world, tired, name):
    page = PAGES[name].url(name, world.savoie)
    role = min(allowed(PAGES[name].act) & MFA_ROLES & tired.keys())
    assert asks(tired[role].ask("GET", page), page)
    assert asks(tired[role].ask("POST", page), "/")
    from_it = {"Referer": f"http://testserver{page}"}
    assert asks(tired[role].ask("POST", page, headers=from_it), page)


def test_who_has_none_yet_enrols_it_first(world, tired):
    """A member who took the chair signs the minutes as the president would."""
    answer = tired[Role.MEMBER].ask("GET", PAGES["minutes_sign"].url("minutes_sign", world.savoie))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


@pytest.mark.parametrize("name", LISTS)
def test_a_nominal_list_leaves_with_a_factor_and_a_reason(world, tired, name):
    page = f"{PAGES[name].url(name, world.savoie)}?export=csv"
    asked = tired[Role.OPERATOR].ask("GET", page)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/connexion/confirmer/")
    assert tired[Role.OPERATOR].ask("POST", page)["Location"].startswith("/connexion/confirmer/")
    confirmed = world.visitors[Role.OPERATOR]
    question = confirmed.ask("GET", page)
    assert question["Content-Type"].startswith("text/html")
    assert "Pourquoi exporter cette liste" in question.content_read.decode()
    assert confirmed.ask("POST", page).status_code == 422
    form = {"data": "reason=CONTROL", "content_type": "application/x-www-form-urlencoded"}
    with undone():
        answer = confirmed.send(page, **form)
        lines = answer.content_read.decode("utf-8-sig").splitlines()
        with tenancy.inside(world.savoie.basin):
            event = AuditEvent.objects.filter(type="export.made").latest("pk")
    assert answer["Content-Type"].startswith("text/csv")
    assert event.facts == {
        "list": name,
        "kind": "csv",
        "rows": len(lines) - 1,
        "reason": "CONTROL",
    }


@pytest.mark.parametrize("name", LISTS)
def test_who_writes_nothing_takes_a_list_away_all_the_same(world, name):
    """The journal is all that the database lets the auditor write (SD15)."""
    if Role.AUDITOR not in allowed(PAGES[name].act):
        return
    page = f"{PAGES[name].url(name, world.savoie)}?export=csv"
    form = {"data": "reason=CONTROL", "content_type": "application/x-www-form-urlencoded"}
    answer = world.visitors[Role.AUDITOR].ask("POST", page, **form)
    assert answer["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("name", LISTS)
def test_only_those_who_may_take_a_list_away(world, name):
    page = f"{PAGES[name].url(name, world.savoie)}?export=xlsx"
    # Many see the figures of a fund, without the list below them.
    readers = allowed("advance.read" if name == "fund_home" else PAGES[name].act)
    for role in readers & world.visitors.keys():
        shown = world.visitors[role].ask("GET", page)
        assert (shown.status_code == 403) is (role not in allowed("list.export")), role
