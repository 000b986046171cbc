"""A view that says nothing of who may reach it stops the start (security.md D7)."""

import runpy

import pytest
from django.core.exceptions import ImproperlyConfigured

from alize.common import views
from alize.common.access import Audience, Rule


def test_a_view_without_a_rule_stops_the_start_and_is_named(monkeypatch):
    monkeypatch.delattr(views.health, "access_rule")
    with pytest.raises(ImproperlyConfigured, match=r"No access rule declared for: sante/$"):
        runpy.run_module("alize.wsgi")


def test_a_view_that_names_an_unknown_act_stops_the_start(monkeypatch):
    monkeypatch.setattr(views.health, "access_rule", Rule(Audience.MATRIX, "nothing.known"))
    with pytest.raises(ImproperlyConfigured, match="sante/ names an act that the matrix"):
        runpy.run_module("alize.wsgi")
