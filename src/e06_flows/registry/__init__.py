"""MLflow's registry of models: which version is in service, and how one becomes it."""
