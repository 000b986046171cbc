"""Every page on a phone: accessible and quiet."""

from tests.browser.conftest import PHONE
from tests.browser.every_page import (
    EveryPage,
    letter_of_a_decision,
    letters,
    sign_in_link,
    somebody_with_a_password,
    walk,
)

__all__ = [
    "letter_of_a_decision", "letters", "sign_in_link", "somebody_with_a_password", "walk",
]  # fmt: skip


class TestOnAPhone(EveryPage):
    width = PHONE
