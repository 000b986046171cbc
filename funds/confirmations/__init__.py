"""Confirmations : each partner says whether the means of its year are right (M20, O8)."""
