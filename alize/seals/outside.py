"""What a file that was signed outside the tool says of its signatures, to who is asked about it."""

from collections.abc import Sequence

from alize.common.screen import Definition
from alize.seals import inspection, keys, verdicts

TITLE = "Signatures du fichier"


def carries_signatures(pdf: bytes) -> bool:
    """Whether a file says that it is signed; whom by, and whether it holds, is read apart."""
    return b"/ByteRange" in pdf


def signatures_of(pdf: bytes) -> Sequence[Definition]:
    """A line for each, read in a process apart; none when the file carries none."""
    if not carries_signatures(pdf):
        return []
    try:
        with inspection.turn():
            found = inspection.inspect(pdf, keys.folder().trust())
    except inspection.Busy as busy:
        return [Definition(TITLE, busy.reason)]
    except keys.KeyRefused:
        return []
    if found is None:
        return [Definition(TITLE, "Elles sont trop complexes pour être lues.")]
    return verdicts.outside_lines(found) or [Definition(TITLE, "Elles sont rompues ou illisibles.")]
