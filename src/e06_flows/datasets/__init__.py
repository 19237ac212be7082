"""Datasets that the catalog names: files that appear when they are complete, batches, an API."""
