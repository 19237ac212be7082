"""What numbers say, and how surely: tests, intervals, sample sizes, drift.

Nothing here reads or writes.
"""
