"""The yearly report to funders: frozen, kept, asked again."""
