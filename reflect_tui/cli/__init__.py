"""The command line: arguments in, text on stdout and an exit code out. main.py starts; one file a group of commands."""
