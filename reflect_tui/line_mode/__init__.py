"""reflect-tui as lines of text, one after the other: for screen readers, simple terminals, pipes and logs."""
