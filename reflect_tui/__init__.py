"""reflect-tui: look at your own professional competences over time, in the terminal."""

__version__ = "0.2.0.dev0"
