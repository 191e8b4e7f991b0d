"""The command line: one file a command; each parses, calls one function of the public API, prints.

Data goes to stdout, progress and errors to stderr. Nothing heavy is imported before a command runs, so that
`gergo --help` answers at once.
"""
