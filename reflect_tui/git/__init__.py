"""The only place that knows git: running it, reading history, committing, and what can stand in the way."""
