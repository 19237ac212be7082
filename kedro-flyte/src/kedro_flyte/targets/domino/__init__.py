"""Domino Flows: each task is a job."""
