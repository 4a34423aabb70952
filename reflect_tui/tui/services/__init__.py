"""What the screens ask of the journal, in threads; a message brings the answer."""
