"""What is refused of the days of an agreement: no year is mistyped before all have signed it."""

from datetime import date

from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from conventions.rules import days
from conventions.rules.partnership import term


def check_effect(starts_on: date, *, on: date) -> None:
    """:raises InvalidInput: a cooperation convention would take effect over a year away."""
    first = days.earliest_effect(on=on)
    if starts_on < first:
        raise InvalidInput(
            "Une convention prend effet un an en arrière au plus, à partir du "
            f"{short_date(first)} : vérifiez l'année.",
            field="starts_on",
        )
    _check_not_after(starts_on, on=on, after=None)


def check_three_years(starts_on: date, *, on: date, after: date | None = None) -> None:
    """Its term ahead, its effect near; near the term that it comes `after` when it renews.

    :raises InvalidInput: a partnership convention would be over, or begin in over a year.
    """
    if days.is_over(starts_on, on=on):
        raise InvalidInput(
            f"Cette convention serait déjà à son terme, le {short_date(term(starts_on))} : "
            "vérifiez l'année.",
            field="starts_on",
        )
    _check_not_after(starts_on, on=on, after=after)


def _check_not_after(starts_on: date, *, on: date, after: date | None) -> None:
    last = days.latest_effect(on=on, after=after)
    if starts_on > last:
        raise InvalidInput(
            f"Une convention prend effet un an à l'avance au plus, jusqu'au {short_date(last)} : "
            "vérifiez l'année.",
            field="starts_on",
        )


def check_payment(expected_on: date, *, starts_on: date) -> None:
    """:raises InvalidInput: the advance would be paid before the effect, or a year after."""
    if expected_on < starts_on:
        raise InvalidInput(
            "L'avance ne peut pas être versée avant la prise d'effet de la convention.",
            field="payment_expected_on",
        )
    last = days.latest_payment(starts_on)
    if expected_on > last:
        raise InvalidInput(
            "L'avance est versée dans l'année de la prise d'effet, jusqu'au "
            f"{short_date(last)} : vérifiez l'année.",
            field="payment_expected_on",
        )


def check_new_term(new_ends_on: date, *, ends_on: date, last: date) -> None:
    """:raises InvalidInput: a new term is not after the old one, or beyond what is agreed at once.

    `last` is the last day that an amendment may carry it to.
    """
    if new_ends_on <= ends_on:
        raise InvalidInput("Le nouveau terme suit l'ancien.", field="new_ends_on")
    if new_ends_on > last:
        raise InvalidInput(
            f"Un avenant repousse ce terme jusqu'au {short_date(last)} au plus : vérifiez l'année.",
            field="new_ends_on",
        )
