"""H2O: a Java to run it on, a server for a search, and its models without a server."""
