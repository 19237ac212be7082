"""What `make bench` runs.

A benchmark is a module of this package with two public names:

- `measure() -> list[Measurement]`, which runs everything and returns one row a case. The first row
  is the one that the others are compared with. `Measurement` is `benchmarks.measurement`'s.
- its docstring, whose first paragraph says above the table what was measured.

`python -m benchmarks` finds these modules, prints a table of each and writes it to
`benchmarks/results/<name>.md` and `.json`. `make bench ONLY=sample` runs one.
"""
