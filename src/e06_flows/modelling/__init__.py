"""What a model is made of: a table's columns and features, the problem, and the algorithms."""
