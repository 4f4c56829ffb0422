"""The subcommands of `vidmill`. What takes long to load is imported when a command runs."""
