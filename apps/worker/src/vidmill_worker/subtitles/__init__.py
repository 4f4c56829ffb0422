"""Text of strangers: read in a child process, made harmless, and what came of it."""
