"""The terminal itself: its driver, the bytes that come in, and the thread that writes to it."""
