"""Every page on a phone: accessible and quiet."""

from tests.browser.conftest import PHONE
from tests.browser.every_page import EveryPage, letters, sign_in_link, walk

__all__ = ["letters", "sign_in_link", "walk"]


class TestOnAPhone(EveryPage):
    width = PHONE
