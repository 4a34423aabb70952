"""What git and the store both stand on: files that survive a crash, and the lock on a journal."""
