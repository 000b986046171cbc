"""La banque: statements read and proved, lines matched, transfers and FEC written; pure."""

from funds.bank.clues import Clue
from funds.bank.delimited import CsvMapping, guess, is_table, preview
from funds.bank.matching import Act, Awaited, Booked, Matched, Matcher, Moved, Proposal
from funds.bank.reading import format_of, read_statements
from funds.bank.shares import completions
from funds.bank.statements import (
    LARGEST_FILE,
    Known,
    Line,
    Statement,
    StatementRefused,
    check_chain,
    check_opening,
    same_account,
)

__all__ = [
    "LARGEST_FILE",
    "Act",
    "Awaited",
    "Booked",
    "Clue",
    "CsvMapping",
    "Known",
    "Line",
    "Matched",
    "Matcher",
    "Moved",
    "Proposal",
    "Statement",
    "StatementRefused",
    "check_chain",
    "check_opening",
    "completions",
    "format_of",
    "guess",
    "is_table",
    "preview",
    "read_statements",
    "same_account",
]
