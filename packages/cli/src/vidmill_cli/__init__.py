"""Vidmill's command line and small Python client.

The client is `vidmill_cli.client.Client`; it needs httpx only. The command adds click and rich.
"""
