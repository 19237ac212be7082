"""Check for drift, train a challenger, put it into service if it is better, say why or why not."""

from e06_flows.pipelines.retraining.pipeline import create_pipeline as create_pipeline
