"""The engine on its own: local files in, local files out."""
