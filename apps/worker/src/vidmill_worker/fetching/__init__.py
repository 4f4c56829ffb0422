"""Sources that others hold, on their way into storage."""
