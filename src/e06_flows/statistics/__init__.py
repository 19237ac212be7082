"""What numbers say, and how surely: metrics, tests, intervals, sample sizes, drift, random parts.

Nothing here reads or writes.
"""
