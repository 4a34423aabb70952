"""The values of the domain and their rules: instruments, sessions, goals, rounds. Frozen, no disk."""
