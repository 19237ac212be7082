"""What parameters are to the tasks of a generated module, as annotations.

The order matters: flytekit tries the types of a union in turn, and takes the first that fits.
"""

# A whole number stays one.
Number = int | float
# A decimal number stays one, and fits into `Parameters`, for it has two of its types.
Real = float | int
# The parameters that are one input of a node, by dotted keys.
Parameters = dict[str, int | float | bool | str | list[int | float] | list[str] | None]
