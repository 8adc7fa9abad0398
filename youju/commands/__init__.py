"""The commands of the command line by what they are about: arguments and settings → exit code."""
