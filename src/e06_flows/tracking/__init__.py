"""MLflow, loaded by the runs that track, and by no others."""
