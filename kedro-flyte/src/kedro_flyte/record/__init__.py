"""The record of a run: what each node took, line by line as it happens, whoever runs it.

A run writes one file, `.kedro-flyte/runs/<id>.jsonl` in the project. Every process of the run adds
lines to it, each with one write, so that what a killed process had said stays. `Recorder` is the
hook that says them, `read` makes one frozen record of them, `show_in_viz` shows it in Kedro-Viz.
"""
