"""The passes that make a plan, each from records to records."""
