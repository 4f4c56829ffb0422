"""Vidmill's local stack: real servers from wheels under one supervisor."""
