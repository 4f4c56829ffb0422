"""Vidmill's GraphQL service: every read."""
