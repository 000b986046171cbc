"""Screens of the conventions."""
