"""RUN: the code inside a task. Importing it is cheap; Kedro is imported when a task runs."""
