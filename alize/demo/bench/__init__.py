"""Measures the application against itself: ratios taken in one run, each beside its bar.

The bars are those of scale.md 8 and security.md 5.2; the machine does not matter.
"""
