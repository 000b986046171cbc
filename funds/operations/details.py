"""The details of a bank account, of the fund or of a company, as a bank takes them."""

from dataclasses import dataclass

from alize.common.errors import InvalidInput
from funds.bank.identifiers import bic_of, read_bic, read_iban
from funds.bank.transfers import check_text


@dataclass(frozen=True)
class Details:
    """Who holds an account, and where it is."""

    holder: str
    iban: str
    bic: str


def read_details(*, holder: str, iban: str, bic: str) -> Details:
    """Read the details of an account, its BIC deduced when it is not given.

    :raises InvalidInput: a bank would refuse one of them; naming its field.
    """
    field = "iban"
    try:
        number = read_iban(iban)
        field = "bic"
        code = read_bic(bic or bic_of(number), iban=number)
        field = "holder"
        return Details(check_text(holder, 70, "Le titulaire"), number, code)
    except ValueError as error:
        raise InvalidInput(str(error), field=field) from error
