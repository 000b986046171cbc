"""What the sign-in page shows in the demo."""

from typing import Any

from django import template

from alize.accounts.models import User
from alize.demo.people import PEOPLE

register = template.Library()


@register.inclusion_tag("demo/enter_as.html", takes_context=True)
def enter_as(context: Any) -> dict[str, Any]:
    """« Entrer comme »: one button for each person who has an account here."""
    loaded = set(
        User.objects.filter(email__in=[person.email for person in PEOPLE]).values_list(
            "email", flat=True
        )
    )
    return {
        "people": [person for person in PEOPLE if person.email in loaded],
        "csrf_token": context.get("csrf_token"),
        "next": context.get("next", ""),
    }
