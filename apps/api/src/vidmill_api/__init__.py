"""Vidmill's REST service."""
