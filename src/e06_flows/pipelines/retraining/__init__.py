"""Look for drift, train a challenger, serve it if it is better, and say why."""

from e06_flows.pipelines.retraining.pipeline import create_pipeline as create_pipeline
