"""Reading, writing and validating every file format of ours."""
