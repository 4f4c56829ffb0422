"""Gives every test real servers; here, and not as `-p`, so that coverage has begun before."""

pytest_plugins = ["vidmill_stack.pytest_plugin"]
