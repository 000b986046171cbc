"""What comes on a file is told by mail to whoever may do something about it."""

from datetime import date
from typing import Any

from alize.notifications.operations import Recipient, send_mail
from projects.models import Project
from projects.queries.visibility import keepers, told


def tell(
    code: str,
    project: Project,
    *,
    path: str,
    key: str,
    on: date,
    instead: str = "",
    **words: Any,
) -> bool:
    """Write to whoever keeps a file, or leads on it when no operator may (SD5).

    Who leads does not do what the operator does: `kept` is empty for them, and their button leads
    to `instead` where `path` is a page of the operator only. Returns whether a mail leaves.
    """
    kept = keepers(project, on=on)
    words |= {"kept": "oui" if kept else "", "company": project.beneficiary.name}
    page = path if kept else instead or path
    left = [
        send_mail(code, to=Recipient.of(person), path=page, key=key, **words)
        for person in kept or told(project, on=on)
    ]
    return any(left)
