"""Vidmill's workers: transcoding, and the reaper that heals."""
