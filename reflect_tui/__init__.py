"""reflect-tui: look at your own professional competences over time, in the terminal."""

__version__ = "0.1.0"
