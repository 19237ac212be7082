"""Flyte 1, by flytekit."""
