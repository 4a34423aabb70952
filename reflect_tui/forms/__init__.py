"""What a person types, read into values: goals, rounds, rows of scores, comments, paths. No disk, no screen."""
