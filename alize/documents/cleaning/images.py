"""Draws an image again."""

from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from alize.documents.cleaning.base import Unclean, readable

MAX_PIXELS = 40_000_000


def clean_image(data: bytes, form: str) -> bytes:
    """Draw the image again: no EXIF, no position, no comment, nothing after its end."""
    drawn = BytesIO()
    with readable(
        "Cette image est illisible ou démesurée : ouvrez-la sur votre poste, enregistrez-la de "
        "nouveau, puis renvoyez-la."
    ):
        # WeasyPrint, where a process has it, lets half a picture pass for one.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        image = Image.open(BytesIO(data), formats=(form,))
        if image.width * image.height > MAX_PIXELS:
            raise Unclean(
                "Cette image compte plus de 40 millions de points : réduisez-la, puis renvoyez-la."
            )
        # Upright as it was seen, since the note that says how to turn it goes away.
        ImageOps.exif_transpose(image, in_place=True)
        if "transparency" in image.info:
            image = image.convert("RGBA")
        elif form == "JPEG" and image.mode not in {"RGB", "L"}:
            image = image.convert("RGB")
        image.info = {}
        image.save(drawn, form, quality=90)
    return drawn.getvalue()
