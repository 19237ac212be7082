"""What flyte.yml may say, and what it asks for a node."""
