"""What is looked at in an exercise whose plain value cannot be compared, and the functions that are inputs of others.

One module an exercise: `observe(function, args, kwargs)` calls the student's function on what it builds out of plain
arguments, and returns what it saw, as plain facts. It stands apart from the banks, since it also runs in a process that
must not hold them. Where many answers are right, `describe(seen, args, kwargs)` makes of that the facts that are
compared; it runs where no student's code ran.
"""
