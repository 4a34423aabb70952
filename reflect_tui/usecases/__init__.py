"""What a person does from start to end: fill in a session, export, invite others. Shared by all front ends."""
