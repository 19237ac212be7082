"""Control flow in Kedro's own terms: nodes that choose, and nodes that map. Runs in any runner."""
