"""Expansion: from a plan to its cases."""
