"""Takes out of a file what could run, hide or tell too much; pure functions of its bytes."""

from alize.documents.cleaning.base import Unclean
from alize.documents.cleaning.images import clean_image
from alize.documents.cleaning.office import searched_office_file
from alize.documents.cleaning.pdf import clean_pdf

__all__ = ["Unclean", "clean_image", "clean_pdf", "searched_office_file"]
