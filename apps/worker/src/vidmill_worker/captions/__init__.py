"""Speech to text: a model in a child process hears the sound, and what it heard is written down."""
