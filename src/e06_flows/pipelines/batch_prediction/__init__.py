"""Score partitions with the model in service, set bad ones aside, sum them up."""

from e06_flows.pipelines.batch_prediction.pipeline import create_pipeline as create_pipeline
