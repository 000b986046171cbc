"""Each form sent with what nobody typed (security.md S10); what its journal keeps of it (S51).

Sent again at once, as a double click does, it leaves as many rows as once.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from alize.audit.operations import INSERT
from basins.enums import Role
from tests.matrix.expected import allowed
from tests.matrix.forms import (
    SLIPPED,
    SLIPPED_DAY,
    SLIPPED_NUMBER,
    TYPED,
    Form,
    Write,
    forms_of,
    rows_added,
    slipped,
    writes,
)
from tests.matrix.page import Audience
from tests.matrix.pages import PAGES
from tests.matrix.world import CANARY, Visitor, World, undone

SENDERS = (Role.OPERATOR, Role.PRESIDENT, Role.FINANCE, Role.MEMBER, Role.NATIONAL_STAFF)
"""Together they may open every page that has a form."""
ENCODED = "application/x-www-form-urlencoded"
NEVER_IN_A_JOURNAL = re.compile(
    rf"{TYPED}|{SLIPPED}|{CANARY}|canari-saisi|@|\bFR\d\d[ \d]{{10,}}|argon2|pbkdf2|otpauth", re.I
)
NOT_SENT = {"mfa_reauthenticate": "takes the code of a real application"}
REFUSED = {
    "convention_edit": "a name_… that it does not know is of a signer gone since",
    "signing_page": "its document may be asked by the key of its circuit",
}
"""Pages whose form is refused for a name that was slipped in, and why that is right."""

TOLD_EACH_TIME = {"account_reauthenticate": "a wrong password, which the journal counts (S15, S51)"}
"""Pages whose form, sent again, is another act."""


@dataclass
class Sent:
    """What came of all the forms."""

    forms: set[str] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def test_a_form_writes_what_was_typed_in_its_fields_and_nothing_else(world: World):
    found = Sent()
    for name, page in PAGES.items():
        senders = (who for who in SENDERS if page.audience is not Audience.MATRIX
                   or who in allowed(page.act))  # fmt: skip
        url = page.url(name, world.savoie)
        for role in senders if name not in NOT_SENT else ():
            visitor = world.visitors[role]
            answer = visitor.ask("GET", url)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                for form in forms_of(answer.content_read, url):
                    send(found, visitor, form, name)
                break
    assert found.faults == []
    # Most of the others ask for a file, or say that it is not their moment.
    assert len(found.done) > 70
    assert len(found.events) > 50


def send(found: Sent, visitor: Visitor, form: Form, name: str) -> None:
    """Send a form that was not sent yet, as it is then with all that it does not ask for."""
    key = f"{form.action} {sorted(form.shown)}"
    if key in found.forms:
        return
    found.forms.add(key)
    extra = [(name, value) for name, value in slipped().items() if name not in form.shown]
    status, given, again = answers_to_twice(visitor, form.action, [*form.fields])
    forged, taken = answer_to(visitor, form.action, [*form.fields, *extra])
    if given:
        found.done.add(form.action)
    faults = list(faults_of(given, taken))
    if name not in TOLD_EACH_TIME:
        faults += [f"sent twice, adds to {table}" for table in again]
    if forged != status and not (name in REFUSED and 400 <= forged < 500 and not taken):
        faults.append(f"{status} becomes {forged}")
    for told in journal_of(given):
        found.events.add(told[1])
        if NEVER_IN_A_JOURNAL.search(json.dumps(told[1:], default=str)):
            faults.append(f"tells the journal too much: {told}")
    found.faults += [f"{form.action}: {fault}" for fault in faults]


def faults_of(given: list[Write], taken: list[Write]) -> Iterator[str]:
    """What a form wrote because of what was slipped in."""
    if not taken:
        return
    shapes = [one.shape for one in given]
    if [one.shape for one in taken] != shapes:
        yield f"writes otherwise: {[one for one in taken if one.shape not in shapes] or taken}"
    for write in taken:
        if any(is_slipped(value) for value in write.values):
            yield f"keeps what was slipped in: {write}"


def journal_of(given: list[Write]) -> list[tuple]:
    return [one.values for one in given if one.statement.split() == INSERT.split()]


def answer_to(visitor: Visitor, action: str, fields: list) -> tuple[int, list[Write]]:
    with undone(), writes() as found:
        answer = visitor.send(action, data=urlencode(fields), content_type=ENCODED)
    return answer.status_code, found


def answers_to_twice(
    visitor: Visitor, action: str, fields: list
) -> tuple[int, list[Write], list[str]]:
    """The first answer, what it wrote, and the tables where the second one leaves more rows."""
    asked = {"data": urlencode(fields), "content_type": ENCODED}
    with undone():
        with writes() as given:
            answer = visitor.send(action, **asked)
        if not given:
            return answer.status_code, given, []
        with rows_added() as more:
            again = visitor.send(action, **asked)
    # What is refused is undone, whatever it wrote before it was.
    left = sorted(table for table in more if more[table] > 0) if again.status_code < 400 else []
    return answer.status_code, given, left


def is_slipped(value) -> bool:
    return any(mark in str(value) for mark in (SLIPPED, SLIPPED_DAY, str(SLIPPED_NUMBER)))
