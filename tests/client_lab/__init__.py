"""Other people's clients of a bundle's files, each in an environment of its own: `make test-clients`."""
