"""What is around the tasks: secrets, schedules, caches, the handler of failures."""
