"""What is looked at in an exercise whose plain value cannot be compared, and the functions that are inputs of others.

One module an exercise: `observe(function, args, kwargs)` calls the student's function on what it builds out of plain
arguments, and returns plain facts. Apart from the banks, since it also runs in a process that must not hold them.
"""
