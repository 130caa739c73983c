"""The exercises: one folder a lecture, one file an exercise, in each one object, `exercise`."""
