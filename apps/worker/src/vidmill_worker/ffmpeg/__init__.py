"""FFmpeg: what to encode (plan), the command lines for it (command), and running them (run)."""
