"""Screens of the signature."""
