"""The command line: one file for each verb, the entry point in `edge.cli.main`."""
