"""What Kedro calls around a run: it keeps the configuration, and decides when results appear."""
