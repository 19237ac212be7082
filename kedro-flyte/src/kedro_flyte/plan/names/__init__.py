"""Names of the generated module: one to one with those of Kedro, and none twice."""
