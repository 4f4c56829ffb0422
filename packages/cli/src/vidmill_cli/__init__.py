"""Vidmill's command line and small Python client."""
