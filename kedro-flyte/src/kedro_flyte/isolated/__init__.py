"""Tasks of a run on this machine, each in a process and a folder of its own, as pods have them."""
